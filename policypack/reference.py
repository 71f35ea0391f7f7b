"""Write docs/policies.md out of the policies: `python -m policypack.reference`.

The text of a section is the docstring of the policy's file; its example is
`policies/examples/ID.yaml`, which the tests run through the pack.
"""

from difflib import unified_diff
from importlib import import_module
from pathlib import Path

import yaml
from pulumi_policy import EnforcementLevel, Policy, ResourceValidationPolicy

from policypack.exceptions import EXCEPTABLE
from policypack.policies import POLICIES

EXAMPLES = Path(__file__).parent / "policies" / "examples"
PAGE = Path(__file__).parents[1] / "docs" / "policies.md"

LABELS = ("Attack", "Not judged", "Source")
"""How the paragraphs of a policy's docstring begin."""

INTRODUCTION = """\
# Policies

Generated from `policypack/policies/` by `python -m policypack.reference`.

A mandatory policy ends `pulumi preview` with status 1; an advisory one remarks. A resource policy
sees the inputs of one resource before anything is done, a stack policy all resources together.
What is unknown at preview, malformed, or makes a policy fail is blocked, never let through.
Roles that trust no GitHub issuer are left alone.

## Settings and exceptions

The pack reads `policypack/config/STACK.json` by itself. Every key may be left out, and a stack
without a file has the strictest settings: those below, save the lists, which are then empty. A
file that is malformed counts as none, and blocks every role until it is right.

```json
{
  "settings": {
    "max_session_minutes": 60,
    "boundaries": ["arn:aws:iam::222222222222:policy/keyless/keyless-boundary"],
    "unreviewed_environments": ["shop/preview"],
    "review_environments": ["shop/review"],
    "managed_policies": ["arn:aws:iam::aws:policy/SecurityAudit"],
    "write_needs_environment": true,
    "accepted_types": [
      {"type": "aws:cloudformation/stack:Stack", "name": "network", "reason": "no IAM in it"}
    ]
  },
  "exceptions": [
    {
      "policy": "trust-subject-pinned", "type": "aws:iam/role:Role", "name": "shop/read",
      "verdict": "REPOSITORY-WIDE", "subjects": ["repo:acme/shop:*"],
      "reason": "why", "approver": "who", "expires": "2027-03-31"
    }
  ]
}
```

An exception tolerates one verdict for the literal subjects of one resource, through the day it
expires (UTC). Where it does not apply, the violation says why. A file holds 2,000 at most.

{excepted}

In the examples below, lines with `-` are blocked and lines with `+` are what to write.
"""


def page() -> str:
    """Return the whole page."""
    rows = "\n".join(_row(policy) for policy in POLICIES)
    table = f"| policy | kind | level | severity | what holds |\n|---|---|---|---|---|\n{rows}\n"
    excepted = "\n".join(
        f"- `{policy}` can be excepted for {', '.join(verdicts)}."
        for policy, verdicts in EXCEPTABLE.items()
    )
    introduction = INTRODUCTION.replace("{excepted}", excepted)
    return "\n".join([introduction, table, *map(_section, POLICIES)])


def _row(policy: Policy) -> str:
    link = f"[`{policy.name}`](#{policy.name})"
    return f"| {link} | {' | '.join(_traits(policy))} | {policy.description} |"


def _section(policy: Policy) -> str:
    module = import_module(f"policypack.policies.{policy.name.replace('-', '_')}")
    paragraphs = (module.__doc__ or "").strip().split("\n\n")
    example = yaml.safe_load((EXAMPLES / f"{policy.name}.yaml").read_text("utf-8"))
    kind, level, severity = _traits(policy)
    return "\n\n".join(
        [
            f"## {policy.name}",
            f"*{policy.display_name}: {kind} policy, {level}, severity {severity}.*",
            *(_labelled(paragraph) for paragraph in paragraphs),
            f"**Remedy:** {policy.remediation_steps}",
            f"```diff\n{_difference(example['blocked'], example['instead'])}```",
            f"> {example['says']}\n",
        ]
    )


def _traits(policy: Policy) -> tuple[str, str, str]:
    kind = "resource" if isinstance(policy, ResourceValidationPolicy) else "stack"
    level = policy.enforcement_level or EnforcementLevel.MANDATORY
    severity = policy.severity.value if policy.severity else ""
    return kind, level.value, severity


def _labelled(paragraph: str) -> str:
    text = " ".join(paragraph.split())
    label, _, rest = text.partition(": ")
    return f"**{label}:** {rest}" if label in LABELS else text


def _difference(blocked: object, instead: object) -> str:
    before, after = (_written(each).splitlines(keepends=True) for each in (blocked, instead))
    lines = list(unified_diff(before, after, n=len(before)))[3:]
    return "".join(lines)


def _written(example: object) -> str:
    return yaml.safe_dump(example, sort_keys=False, allow_unicode=True, width=200)


if __name__ == "__main__":
    PAGE.parent.mkdir(exist_ok=True)
    PAGE.write_text(page(), "utf-8")
