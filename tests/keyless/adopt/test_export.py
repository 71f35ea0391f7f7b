"""An export counts where it is whole, of this account and of today; else a sentence says why not.

Every case is run as the command, and nothing is written.
"""

import copy
import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest

from sandbox.seed import read_seed
from sandbox.world import open_world
from tests import seeds
from tests.keyless.command_run import run

SEED = read_seed(seeds.file_of("small"))
WHOLE = (
    "Roles that are missing in it would be missed. Hand in the whole of what `aws iam "
    "get-account-authorization-details` prints."
)
OLD = "What is decided from an old export is wrong today. Make the export anew."
ARN = "arn:aws:iam::222222222222:role"
Spoil = Callable[[dict[str, Any]], object]


@pytest.fixture(scope="module")
def account() -> Iterator[None]:
    with open_world(SEED) as world, patch.dict(os.environ, world.environment("prod")):
        yield


def role(spoil: Spoil) -> Spoil:
    return lambda export: spoil(export["RoleDetailList"][0])


def again(export: dict[str, Any], **other: str) -> None:
    export["RoleDetailList"].append({**export["RoleDetailList"][0], **other})


def sentence(folder: Path, spoil: Spoil, *words: str) -> str:
    export = copy.deepcopy(dict(SEED.aws["details"]))
    spoil(export)
    file = folder / "export.json"
    file.write_text(json.dumps(export, default=str))
    ended = run(
        *("adopt", "--write", str(folder / "out"), "--owner", "acme", "--roles", str(file)), *words
    )
    assert ended.status == 2
    assert not (folder / "out").exists()
    return ended.err.splitlines()[-1].removeprefix(f"{file}: ")


@pytest.mark.parametrize(
    ("spoil", "found"),
    [
        (role(lambda entry: entry.pop("RoleName")), "RoleDetailList.0.RoleName: field required"),
        (role(lambda entry: entry.pop("Arn")), "RoleDetailList.0.Arn: field required"),
        (role(lambda entry: entry.pop("Path")), "RoleDetailList.0.Path: field required"),
        (
            role(lambda entry: entry.pop("RolePolicyList")),
            "RoleDetailList.0.RolePolicyList: field required",
        ),
        (
            role(lambda entry: entry.update(AttachedManagedPolicies=None)),
            "RoleDetailList.0.AttachedManagedPolicies: input should be a valid list",
        ),
        (
            role(lambda entry: entry.update(MaxSessionDuration="x")),
            "RoleDetailList.0.MaxSessionDuration: input should be a valid integer",
        ),
        (
            lambda export: export.update(RoleDetailList="all"),
            "RoleDetailList: input should be a valid list",
        ),
        (lambda export: export.update(IsTruncated=True), "IsTruncated: input should be False"),
        (lambda export: export.update(NextToken="next"), "NextToken: input should be None"),
        (again, 'RoleDetailList: duplicate role "harbor-site-deploy"'),
    ],
)
@pytest.mark.usefixtures("account")
def test_an_export_that_is_not_whole(tmp_path: Path, spoil: Spoil, found: str) -> None:
    assert sentence(tmp_path, spoil) == f"{found}. {WHOLE}"


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (
            lambda export: again(export, RoleName="gone", Arn=f"{ARN}/gone"),
            f'adopt: the account has no role "gone" any more. {OLD}',
        ),
        (
            role(lambda entry: entry.update(Arn=f"{ARN}/ci/harbor-site-deploy")),
            f'adopt: the role "harbor-site-deploy" has another Arn today. {OLD}',
        ),
        (
            role(
                lambda entry: entry["AssumeRolePolicyDocument"]["Statement"][0]["Condition"][
                    "StringEquals"
                ].popitem()
            ),
            'adopt: the role "harbor-site-deploy" has another AssumeRolePolicyDocument today. '
            f"{OLD}",
        ),
        (
            role(lambda entry: entry.update(Arn=f"{ARN}/x".replace("2222", "3333", 1))),
            'adopt: "arn:aws:iam::333322222222:role/x" is of another account than 222222222222, '
            "which the credentials open. What is written would be for the wrong one. Log in to the "
            "account of the export.",
        ),
    ],
)
@pytest.mark.usefixtures("account")
def test_an_export_of_another_day_or_account(tmp_path: Path, spoil: Spoil, said: str) -> None:
    assert sentence(tmp_path, spoil) == said


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (
            ("--stack", "../../prod"),
            '--stack: "../../prod" is no name of a stack. Files are named after it. Write letters, '
            "digits, hyphens, dots and underscores, as in --stack prod.",
        ),
        (
            ("--role-path", "keyless"),
            '--role-path: "keyless" is no path for these roles. The boundary and the policies '
            "recognise them by a path that no other role has. Write a path between slashes, such "
            "as /keyless/.",
        ),
        (
            ("--region", "cn-north-1"),
            "--region: cn-north-1 is in the partition aws-cn, and "
            f'"{ARN}/harbor-site-deploy" is not. ARNs follow from it. Write a region in which the '
            "account works.",
        ),
    ],
)
@pytest.mark.usefixtures("account")
def test_a_word_that_files_or_arns_cannot_carry(
    tmp_path: Path, words: tuple[str, ...], said: str
) -> None:
    assert sentence(tmp_path, dict.copy, *words) == said
