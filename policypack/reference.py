"""Write docs/policies.md out of the policies: `python -m policypack.reference`.

The text of a section is the docstring of the policy's file; its example is
`policies/examples/ID.yaml`, which the tests run through the pack.
"""

import json
from difflib import unified_diff
from importlib import import_module
from pathlib import Path

import yaml
from pulumi_policy import EnforcementLevel, Policy, ResourceValidationPolicy

from keyless.rules.exceptions import EXCEPTABLE, LONGEST_DAYS
from keyless.rules.pack_settings import Settings
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

## What decides whether a policy passes

A trust policy for GitHub passes if it is *plain*: of one shape, which `keyless/trust/plain.py`
describes on a page and a half. Everything else is blocked, whether or not anybody can say how it is
dangerous. A search for tokens that get in only explains a refusal. One document gets one clear
violation, that of the most damaging of these:

| found | policy |
|---|---|
| it cannot be read, or is not known at preview | `trust-readable` |
| it lets in more than exact contexts | `trust-subject-pinned` |
| a statement lets nobody in, or AWS refuses the document | `trust-effective` |
| a principal beside the company's GitHub | `trust-plain` |
| several exact contexts, all else plain | `trust-serves-one-context` |
| none of these, and not plain | `trust-plain` |
| plain: pull requests | `pull-request-role-read-only` judges what the role may do |
| plain: an environment, branch or tag | passes |

Of 23 public trust policies that let in exact contexts alone, 9 are plain. Of the others 12 compare
no audience, and 2 serve two branches or two repositories (`tests/keyless/trust/test_public.py`).

## Settings

The pack reads `policypack/config/STACK.json` by itself. Every key may be left out, and a stack
without a file has the defaults, which are the strictest. A file that is malformed counts as none,
and blocks every role until it is right. `policypack/settings.schema.json` describes
it for editors.

{settings}

```json
{
  "$schema": "../settings.schema.json",
  "settings": {
    "max_session_minutes": 60,
    "boundaries": [
      "arn:aws:iam::222222222222:policy/keyless/keyless-boundary",
      {"arn": "arn:aws:iam::222222222222:policy/bootstrap/keyless-up", "roles": ["keyless-deploy"]}
    ],
    "managed_policies": [
      {"arn": "arn:aws:iam::aws:policy/SecurityAudit", "roles": ["acme-shop-audit"]}
    ],
    "unreviewed_environments": ["shop/preview"],
    "issuers": ["token.actions.githubusercontent.com/acme"],
    "accepted_types": [
      {"type": "aws:cloudformation/stack:Stack", "name": "network", "reason": "no IAM in it"}
    ]
  },
  "exceptions": [
    {
      "policy": "trust-subject-pinned", "type": "aws:iam/role:Role", "name": "shop/read",
      "sha256": "3e7d40eb5d8b9029515c9a5e29a824793094837a18882497f016b8585cb90f42",
      "reason": "why", "approver": "who", "expires": "2027-03-31"
    }
  ]
}
```

## Exceptions

An exception tolerates one document of one resource, by the digest of its canonical JSON, through
the day that it expires (UTC), at most {days} days ahead. The violation prints it, ready to paste. A
changed document voids it. Where an exception does not apply, the violation says why. It covers all
that its policy finds in the document, and nothing that another policy finds: a trust policy that is
loose and without an audience needs one for `trust-subject-pinned` and one for `trust-plain`. A file
has 2,000 at most.

{excepted}

Nothing else has an exception: not OPEN and LOOKALIKE-OWNER, which nobody can audit, not what cannot
be read, and not principals outside of the stack's account. A policy of AWS's, which AWS changes, is
named by `arn`, with the `boundary` of the role, in place of a digest. A policy of the account that
the stack does not make is named by the digest of its ARN and of the document that is looked up.

In the examples below, lines with `-` are blocked and lines with `+` are what to write.
"""


def page() -> str:
    """Return the whole page."""
    rows = "\n".join(_row(policy) for policy in POLICIES)
    table = (
        f"| policy | kind | level | severity | what it requires |\n|---|---|---|---|---|\n{rows}\n"
    )
    excepted = "\n".join(f"- `{policy}`: {what}." for policy, what in EXCEPTABLE.items())
    introduction = (
        INTRODUCTION.replace("{excepted}", excepted)
        .replace("{days}", str(LONGEST_DAYS))
        .replace("{settings}", _settings())
    )
    return "\n".join([introduction, table, *map(_section, POLICIES)])


def _settings() -> str:
    keys = Settings.model_json_schema()["properties"]
    rows = (
        f"| `{key}` | `{json.dumps(each['default'])}` | {each['description']} |"
        for key, each in keys.items()
    )
    return "| key | default | what it says |\n|---|---|---|\n" + "\n".join(rows)


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
