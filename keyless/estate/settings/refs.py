"""Refs: branches that a subject names, patterns that an environment deploys from, workflow files.

What a subject or a claim carries is compared letter by letter, so a name that could arrive there in
another form is refused.
"""

import json
import re
from functools import partial
from typing import Annotated

from keyless.estate.values.checked import Checked, matching
from keyless.ref_patterns import Kind, git_takes, is_literal, looseness
from keyless.text.sentences import quoted

_REF_CHARACTERS = "A-Za-z0-9._/-"
_LONGEST = 244
_PATTERN_CHARACTERS = r"*?\[\]!^"


def _ref_problem(name: str, characters: str, more: str) -> str | None:
    """Say what makes a name no git ref (`git help check-ref-format`) or unfit for a subject."""
    if name.startswith("refs/"):
        return (
            f"{quoted(name)} begins with refs/. GitHub would look for a ref of that very name, and "
            "refs/pull/ would let unreviewed code in. Write the short name, such as main."
        )
    strange = sorted(set(re.sub(rf"[{characters}]", "", name)))
    if strange:
        return (
            f"{quoted(name)} contains {json.dumps(strange[0])}. GitHub does not document how a "
            f"subject carries it, so the trust policy could match nothing, or too much. Use "
            f"letters, digits, {more}."
        )
    if len(name) > _LONGEST:
        return (
            f"{quoted(name)} has {len(name)} characters. With refs/heads/ before it, it must not "
            f"come to more than 255. Write a name of up to {_LONGEST}."
        )
    if not git_takes(name):
        return (
            f"{quoted(name)} is no name that git takes. No job can ever run there. "
            "Write the name as `git branch` or `git tag` prints it."
        )
    return None


def _branch_name(name: str) -> str:
    if set(name) & set("*?[]"):
        raise ValueError(
            f"{quoted(name)} is a pattern. Anybody who can push could create a branch that "
            "matches it, and get in. Name one branch, or write an environment with a deploy_from."
        )
    problem = _ref_problem(name, _REF_CHARACTERS, '".", "_", "/" and "-" in it')
    if problem is None:
        return name
    raise ValueError(problem)


def _ref_pattern(pattern: str) -> str:
    problem = _ref_problem(
        pattern, _PATTERN_CHARACTERS + _REF_CHARACTERS, '".", "_", "/", "-" and "*?[]" in it'
    )
    if problem is None:
        return pattern
    raise ValueError(problem)


_LIKE_A_TAG = re.compile(r"v[0-9*?\[]")


def _deploying(kind: Kind, pattern: str) -> str:
    _ref_pattern(pattern)
    if kind == "branch" and _LIKE_A_TAG.match(pattern) and looseness(kind, pattern):
        raise ValueError(
            f"{quoted(pattern)} is written like tags, and is under branches. Tags could not "
            "deploy, and branches that nobody planned could. Write it under tags."
        )
    if loose := looseness(kind, pattern):
        raise ValueError(f"{quoted(pattern)} {loose.found}. {loose.why}. {loose.instead}.")
    return pattern


def takes_pattern(kind: Kind, pattern: str) -> bool:
    """Tell whether deploy_from takes a pattern of branches or tags."""
    try:
        return bool(_deploying(kind, pattern))
    except ValueError:
        return False


def takes_name(kind: Kind, name: str) -> bool:
    """Tell whether deploy_from takes a branch or a tag by its name."""
    return is_literal(name) and takes_pattern(kind, name)


def takes_queue(branch: str) -> bool:
    """Tell whether merge_queue of deploy_from takes a branch."""
    try:
        return bool(_branch_name(branch))
    except ValueError:
        return False


def _protected_pattern(pattern: str) -> str:
    if pattern.startswith(("~", "refs/")):
        raise ValueError(
            f"{quoted(pattern)} is no branch. The ruleset is of branches, each by its short name "
            "or a pattern of such names. Write main, or release/*."
        )
    return _ref_pattern(pattern)


BranchName = Annotated[
    str, Checked(_branch_name, {"pattern": f"^[{_REF_CHARACTERS}]{{1,{_LONGEST}}}$"})
]
_PATTERN_SCHEMA = {"pattern": f"^[{_PATTERN_CHARACTERS}{_REF_CHARACTERS}]{{1,{_LONGEST}}}$"}
BranchPattern = Annotated[str, Checked(partial(_deploying, "branch"), _PATTERN_SCHEMA)]
TagPattern = Annotated[str, Checked(partial(_deploying, "tag"), _PATTERN_SCHEMA)]
ProtectedPattern = Annotated[str, Checked(_protected_pattern, _PATTERN_SCHEMA)]

WorkflowRef = Annotated[
    str,
    matching(
        r"[A-Za-z0-9][A-Za-z0-9_-]{0,38}/[A-Za-z0-9._-]{1,100}/\.github/workflows/"
        rf"[A-Za-z0-9._-]+\.ya?ml@(?:refs/(?:heads|tags)/[{_REF_CHARACTERS}]+|[0-9a-f]{{40}})",
        "does not name one workflow at one ref. It is compared with the claim job_workflow_ref "
        "letter by letter. Write OWNER/REPOSITORY/.github/workflows/FILE.yml@refs/tags/TAG, "
        "@refs/heads/BRANCH or a full commit.",
    ),
]
