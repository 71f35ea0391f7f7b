"""Branch and tag patterns: which names one admits, and which patterns are any name."""

import time

import pytest

from keyless.ref_patterns import Kind, admits, admits_any, looseness, sample

ANY = [
    "*",
    "**",
    "**/*",
    "*/*",
    "*/*/*",
    "?*",
    "*?",
    "[!q]*",
    "[a-pr-z]*",
    "*.*",
    "*-*",
    "m*",
    "main*",
    "[r]elease/*",
    "r*/x",
    "hotfix-?",
    "{main,*}",
    r"release\/*",
    "/*",
    "",
    "v[0-9]*",
    "[",
    "[]/*",
    "main\n*",
    "ref?/pull/*/merge",
    "[r]efs/pull/*",
    "*{1..9}/*",
]
FAMILIES = [
    "release/*",
    "release/**/*",
    "release/v[0-9].?",
    "gh-readonly-queue/main/*",
    "release/[^x]*",
    "release/**",
]


@pytest.mark.parametrize(
    ("pattern", "name", "fits"),
    [
        ("main", "main", True),
        ("main", "main2", False),
        ("release/*", "release/1.0", True),
        ("release/*", "release/1.0/hotfix", False),
        ("*", "feature/x", False),
        ("*/*", "feature/x", True),
        ("**/x", "a/b/x", True),
        ("v[0-9]*", "v1.2", True),
        ("v[!0-9]", "v1", False),
        ("v?", "v1", True),
        ("a.b", "axb", False),
        ("[", "[", True),
        ("a/**/b", "a/b", True),
        ("release/**", "release/1/2", False),
        ("v[z-a]", "vz", False),
        (r"v\*", "v*", True),
        ("refs/pull/*/merge", "refs/pull/7/merge", True),
        (r"v[\d]", "vd", True),
        (r"v[\d]", "v1", False),
        (r"v[\d]", "vX", False),
        ("v[[a]", "va", True),
        ("v[!^]", "va", True),
    ],
)
def test_deployment_patterns(pattern: str, name: str, fits: bool) -> None:
    assert admits(pattern, name) is fits


@pytest.mark.parametrize("pattern", ["main", "release/*", "v*", "**/x", "v[0-9].?", "*"])
def test_a_sample_fits_its_pattern(pattern: str) -> None:
    assert admits(pattern, sample(pattern))


@pytest.mark.parametrize("pattern", ["main", "a.b", "feat@x", *FAMILIES])
def test_branches_and_families_of_branches_are_not_loose(pattern: str) -> None:
    assert looseness("branch", pattern) is None


@pytest.mark.parametrize("pattern", ANY)
def test_other_branch_patterns_are_any_branch(pattern: str) -> None:
    assert looseness("branch", pattern) == (
        "admits branches that nobody planned",
        "Anybody who can push a branch deploys code that nobody merged",
        'Write the branches that deploy, as in "main", or a family that begins with a name up to a '
        'slash, as in "release/*"',
    )


@pytest.mark.parametrize(
    "pattern", ["v*", "rc-*", "v[0-9]*", "v1.0.0", "release/*", "v[!a-z]?", "1.*", "v"]
)
def test_tags_and_families_of_tags_are_not_loose(pattern: str) -> None:
    assert looseness("tag", pattern) is None


@pytest.mark.parametrize(
    "pattern", ["*", "**", "?*", "[!q]*", "[v]*", "*.*.*", "**/v*", r"\v*", "{v,*}1", ""]
)
def test_other_tag_patterns_are_any_tag(pattern: str) -> None:
    assert looseness("tag", pattern) == (
        "admits tags that nobody planned",
        "Anybody who can push a tag deploys code that nobody merged",
        'Write the tags that deploy, as in "v1.0.0", or a family that begins with a letter, as in '
        '"v*"',
    )


NAMES = {"branch": '"main"', "tag": '"v1.0.0"'}


@pytest.mark.parametrize("kind", ["branch", "tag"])
@pytest.mark.parametrize(
    "pattern",
    ["refs/heads/main", "refs/heads/*", "refs/heads/release/*", "refs/tags/v1", "refs/tags/v*"],
)
def test_a_full_ref_is_a_short_name_that_anybody_may_give(kind: Kind, pattern: str) -> None:
    loose = looseness(kind, pattern)
    assert loose == (
        "begins with refs/, which GitHub compares with the short name",
        f"Anybody who can push a {kind} may give it that very name",
        f"Write the short name, as in {NAMES[kind]}",
    )


@pytest.mark.parametrize("kind", ["branch", "tag"])
@pytest.mark.parametrize(
    ("pattern", "letter"),
    [("release/{a,b}", "{"), ("release/a}", "}"), ("release/\\*", "\\"), ("release/[\\]]", "\\")],
)
def test_what_github_does_not_document_is_refused(kind: Kind, pattern: str, letter: str) -> None:
    loose = looseness(kind, pattern)
    assert loose == (
        f'contains "{letter}"',
        "GitHub does not document what that means in a pattern",
        "Write a pattern for each name, with *, ? and [] alone",
    )


@pytest.mark.parametrize("kind", ["branch", "tag"])
@pytest.mark.parametrize(
    "pattern",
    [
        *("release/", "release//x", "release/*/", "release/.x", ".x", "-x", "a..b", "x.lock"),
        *("x.lock/y", "x.", "a b", "a~1", "a^", "a:b", "@", "release/[a]^"),
    ],
)
def test_what_git_takes_in_no_name_is_refused(kind: Kind, pattern: str) -> None:
    loose = looseness(kind, pattern)
    assert loose == (
        "is no name that git takes",
        "No job can ever run there",
        "Write the name as `git branch` or `git tag` prints it",
    )


@pytest.mark.parametrize("kind", ["branch", "tag"])
@pytest.mark.parametrize(
    "pattern",
    ["refs/pull/*/merge", "refs/pull/7/merge", "refs/**/head", "refs/*/*/*", "refs/p*/8/merge"],
)
def test_pull_requests_are_no_branches(kind: Kind, pattern: str) -> None:
    written = {
        "branch": 'branches that deploy, as in "main"',
        "tag": 'tags that deploy, as in "v1.0.0"',
    }
    assert looseness(kind, pattern) == (
        "begins with refs/, as pull requests do",
        "Anybody who opens one deploys code that nobody merged",
        f"Write the {written[kind]}",
    )


def test_one_pattern_that_admits_a_name_is_enough() -> None:
    assert admits_any(["main", "release/*"], "release/1")
    assert not admits_any(["main", "release/*"], "hotfix")
    assert not admits_any([], "main")


@pytest.mark.parametrize("pattern", ["!main", "!*", "!release/*"])
def test_nothing_is_excluded(pattern: str) -> None:
    loose = looseness("branch", pattern)
    assert loose == (
        "begins with !, which excludes nothing",
        "GitHub takes it for a letter of the name",
        "Write the branches that deploy",
    )


@pytest.mark.parametrize("pattern", ["*a" * 12, "**/" * 12 + "x", "*" * 4000 + "z", "[!a]*" * 12])
def test_a_hostile_pattern_is_compared_in_no_time(pattern: str) -> None:
    before = time.process_time()
    admits(pattern, "a" * 240 + "/" + "a" * 10)
    admits(pattern, "a/" * 120 + "b")
    assert time.process_time() - before < 0.1
