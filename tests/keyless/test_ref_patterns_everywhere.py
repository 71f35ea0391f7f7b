"""Settings, pack, access map and drift ask the same of a pattern, and answer the same."""

import pytest
from pydantic import TypeAdapter, ValidationError

from keyless.access_map.findings import FINDING_KINDS
from keyless.drift.environment import danger
from keyless.estate.settings.refs import BranchPattern, TagPattern
from keyless.ref_patterns import Kind, looseness
from keyless.stack.role import Role
from policypack.policies.environment_branches_restricted import any_name

READERS = {"branch": TypeAdapter(BranchPattern), "tag": TypeAdapter(TagPattern)}
ANY_REF = next(kind for kind in FINDING_KINDS if kind.id == "any-ref")
PATTERNS = (
    *("main", "release/*", "gh-readonly-queue/main/*", "v*", "rc-*", "v[0-9]*", "release/**/*"),
    *("*", "*/*", "*/*/*", "[!q]*", "[a-pr-z]*", "*.*", "?*", "**", "!main", "!release/*"),
    *("refs/pull/*/merge", "refs/pull/7/merge", "refs/**/head", "main*", "[v]*"),
    *("refs/heads/main", "refs/heads/release/*", "refs/tags/v*", "refs/remotes/origin/*", "refs"),
    *("release/{a,b}", "{main,dev}", "release/\\*", "\\main", "v{1,2}", "v\\*", "*{1..9}/*"),
    *("release/", "release/*/", "/main", "/*", "a//b", "release/.x", "-x", "x.lock", "x.", "a..b"),
    *("release/[!x]*", "release/[^x]*", "release/[0-9]", "release/?", "[^q]*", "[]/*", "[", "]"),
    *("m*n", "ref?/pull/*/merge", "[r]efs/pull/*", "REFS/pull/*", "heads/*", "?ain", "????", "x^"),
    *(" main", "main\n*", "@", "a@{1}", "**/main", "release/**", "v**", "1.*", "V*", "rel*/x"),
    "*a" * 12,
)
"""What GitHub does not document of letters in a subject concerns the settings alone, and other
letters than these are no matter of patterns."""


def settings_refuse(kind: Kind, pattern: str) -> bool:
    try:
        READERS[kind].validate_python(pattern)
    except ValidationError:
        return True
    return False


def access_map_finds(kind: Kind, pattern: str) -> bool:
    role = Role.model_construct(
        context="environment/production",
        approval=None,
        branches=(pattern,) if kind == "branch" else (),
        tags=(pattern,) if kind == "tag" else (),
    )
    return ANY_REF.find(role) is not None


@pytest.mark.parametrize("kind", ["branch", "tag"])
@pytest.mark.parametrize("pattern", PATTERNS)
def test_all_four_agree(kind: Kind, pattern: str) -> None:
    loose = looseness(kind, pattern) is not None
    assert settings_refuse(kind, pattern) is loose
    assert bool(list(any_name("shop/production", kind, pattern))) is loose
    assert access_map_finds(kind, pattern) is loose
    assert (danger(kind, pattern) != "Whatever matches it may deploy") is loose
