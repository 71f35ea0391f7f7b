"""The policy subject-template-names-repository, run by the pack's analyzer."""

import pytest

from tests.policypack.analyzer import UNKNOWN, Declared, Pack

ID = "subject-template-names-repository"
INSTEAD = 'Write useDefault true, or a list that begins with "repo", "context".'
KINDS = [
    f"github:index/actions{owner}OidcSubjectClaimCustomizationTemplate"
    f":Actions{owner}OidcSubjectClaimCustomizationTemplate"
    for owner in ("Repository", "Organization")
]


@pytest.mark.parametrize("kind", KINDS)
def test_template_without_the_repository_is_blocked(pack: Pack, kind: str) -> None:
    template = Declared(kind, "t", {"includeClaimKeys": ["repository_owner", "context"]})
    assert pack.says(ID, template) == [
        'includeClaimKeys: "repository_owner", "context", without the repository. Trust in such a '
        f"subject is trust in every repository that can have it. {INSTEAD}"
    ]


@pytest.mark.parametrize("keys", [["ref", "repo"], ["repository_owner", "context", "repo"]])
def test_template_with_the_repository_behind_is_blocked(pack: Pack, keys: list[str]) -> None:
    shown = ", ".join(f'"{key}"' for key in keys)
    assert pack.says(ID, Declared(KINDS[1], "t", {"includeClaimKeys": keys})) == [
        f"includeClaimKeys: {shown}, and the repository is not first. A wildcard before it lets "
        f"other repositories in. {INSTEAD}"
    ]


@pytest.mark.parametrize("keys", [["repo", "ref"], ["repo", "ref", "workflow"]])
def test_template_that_gives_branches_the_subject_of_others_is_blocked(
    pack: Pack, keys: list[str]
) -> None:
    shown = ", ".join(f'"{key}"' for key in keys)
    assert pack.says(ID, Declared(KINDS[0], "t", {"includeClaimKeys": keys})) == [
        f"includeClaimKeys: {shown}. The subject of a branch is also that of pull_request_target "
        f"and of environments. {INSTEAD}"
    ]


@pytest.mark.parametrize(
    "properties",
    [
        {"useDefault": False},
        {"useDefault": False, "includeClaimKeys": []},
        {"includeClaimKeys": ["Repo"]},
        {"useDefault": UNKNOWN, "includeClaimKeys": ["repo"]},
        {"useDefault": False, "includeClaimKeys": [UNKNOWN, "repo"]},
    ],
)
def test_template_that_may_lack_it_is_blocked(pack: Pack, properties: dict[str, object]) -> None:
    assert len(pack.says(ID, Declared(KINDS[0], "t", properties))) == 1


@pytest.mark.parametrize(
    "properties",
    [
        {"useDefault": True},
        {"includeClaimKeys": ["repo", "context"]},
        {"useDefault": False, "includeClaimKeys": ["repo", "context", "ref"]},
        {"includeClaimKeys": ["repo", "job_workflow_ref"]},
    ],
)
def test_template_with_the_repository_passes(pack: Pack, properties: dict[str, object]) -> None:
    assert pack.says(ID, Declared(KINDS[0], "t", properties)) == []


@pytest.mark.parametrize(
    ("properties", "path"),
    [
        ({"useDefault": UNKNOWN, "includeClaimKeys": ["repo"]}, "useDefault"),
        ({"includeClaimKeys": ["repo", UNKNOWN]}, "includeClaimKeys.1"),
        ({"includeClaimKeys": UNKNOWN}, "includeClaimKeys"),
    ],
)
def test_what_is_not_known_may_lack_it(
    pack: Pack, properties: dict[str, object], path: str
) -> None:
    assert pack.says(ID, Declared(KINDS[0], "t", properties)) == [
        f"{path}: not known at preview. The subject may be anybody's. {INSTEAD}"
    ]


@pytest.mark.parametrize("keys", [None, []])
def test_no_keys_are_said_to_be_none(pack: Pack, keys: object) -> None:
    template = Declared(KINDS[0], "t", {"useDefault": False}).but(includeClaimKeys=keys)
    assert pack.says(ID, template) == [
        "includeClaimKeys: none, without the repository. Trust in such a subject is trust in every "
        f"repository that can have it. {INSTEAD}"
    ]
