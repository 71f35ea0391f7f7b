"""The audit ends with status 1 for what the pack blocks of a role, and with 0 for what it passes.

Compared are the policies on trust and on what a role is granted; environments, variables,
boundaries and sessions are nothing that the audit of a role speaks of.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from keyless.audit.assessment import Listed, assess
from policypack.resource_types import LOOKED_UP_POLICY
from tests.keyless.command_run import run
from tests.keyless.trust.adversarial_cases import CASES as ADVERSARIAL
from tests.keyless.trust.test_cases import PUBLIC
from tests.policypack import estate
from tests.policypack.analyzer import UNKNOWN, Declared, Pack
from tests.policypack.estate import allow
from tests.policypack.test_pack_cases import CASES, declared
from tests.policypack.test_spoiled_estates import SPOILED, resources_of, settings_of

pytestmark = pytest.mark.usefixtures("judged_once")

POLICIES = frozenset(
    {
        *("trust-readable", "trust-subject-pinned", "trust-effective", "trust-plain"),
        *("trust-serves-one-context", "role-permissions-scoped", "role-cannot-escalate"),
        *("pull-request-role-read-only", "write-needs-environment", "resource-grants-judged"),
        *("documents-mean-one-thing", "state-bucket-reserved"),
    }
)
"""What the pack says of a role's trust, of what it is granted, and of who may change that."""

ACCOUNT = "arn:aws:iam::222222222222"
PLAN = f"{ACCOUNT}:role/keyless/acme-storefront-plan"


def state(resources: Sequence[Declared]) -> str:
    """Write resources as `pulumi stack export` prints them."""
    written = [
        {
            "urn": f"urn:pulumi:prod::keyless::{each.type}::{each.name}",
            "type": each.type,
            "inputs": dict(each.properties),
            "outputs": {**each.properties, **arn(each)},
        }
        for each in resources
    ]
    return json.dumps({"version": 3, "deployment": {"manifest": {}, "resources": written}})


def arn(resource: Declared) -> dict[str, str]:
    if resource.type != estate.ROLE:
        return {}
    path, name = resource.properties.get("path", "/"), resource.properties["name"]
    return {"arn": f"{ACCOUNT}:role{path}{name}"}


def agree(pack: Pack, tmp_path: Path, resources: Sequence[Declared], stack: str) -> bool:
    """Compare pack and audit, and return whether they let it pass."""
    found = [each for each in pack.judge(resources, stack) if each.policy in POLICIES]
    blocked = [each.sentence for each in found if each.level == "mandatory"]
    file = tmp_path / "state.json"
    file.write_text(state(resources))
    settings = tmp_path / "settings.json"
    settings.write_text(pack.settings_of(stack))
    ended = run("audit", str(file), "--settings", str(settings))
    assert ended.err == ""
    assert ended.status == (1 if blocked else 0), (blocked, ended.out)
    assert ("0 to mend" in ended.out) is not bool(blocked)
    return not blocked


@pytest.mark.parametrize("case", CASES, ids=lambda case: str(case["id"]))
def test_whole_stacks(pack: Pack, tmp_path: Path, case: Mapping[str, Any]) -> None:
    stack = pack.configured(case["settings"])
    agree(pack, tmp_path, [declared(each) for each in case["resources"]], stack)


KNOWN = [
    case
    for case in SPOILED
    if not any(each in json.dumps(case) for each in (UNKNOWN, "namePrefix"))
    and "exceptions" not in settings_of(case)
    and not any("provider" in each or each["type"] == LOOKED_UP_POLICY for each in case["add"])
]
"""Those that a state can say: nothing in it is unknown, each role has its whole name, and it has
neither exceptions, nor what a provider is set to, nor what a program looks up."""


@pytest.mark.long
@pytest.mark.parametrize("case", KNOWN, ids=lambda case: str(case["id"]))
def test_spoiled_stacks(pack: Pack, tmp_path: Path, case: Mapping[str, Any]) -> None:
    agree(pack, tmp_path, resources_of(case), pack.configured(settings_of(case)))


def test_bucket_of_state_open_to_everybody(pack: Pack, tmp_path: Path) -> None:
    statement = allow("s3:GetObject", "arn:aws:s3:::acme-pulumi/*", Principal="*")
    properties = {"bucket": "acme-pulumi", "policy": estate.document(statement)}
    bucket = Declared("aws:s3/bucketPolicy:BucketPolicy", "state", properties)
    closed = pack.configured({"settings": {"state_buckets": ["acme-pulumi"]}})
    assert not agree(pack, tmp_path, estate.compliant(bucket), closed)
    assert agree(pack, tmp_path, estate.compliant(bucket), "unconfigured")


TRUST = {
    **{case.name: json.dumps(case.policy) for case in ADVERSARIAL},
    **{case["id"]: json.dumps(case["policy"]) for case in PUBLIC},
}


@pytest.mark.parametrize("name", TRUST)
def test_trust_policies(pack: Pack, name: str) -> None:
    found = pack.judge_one(estate.role(assumeRolePolicy=TRUST[name]))
    blocked = [each.sentence for each in found if each.policy in POLICIES]
    assessed = assess((TRUST[name], ACCOUNT, Listed()))
    assert (assessed.grade == "finding") is bool(blocked), (blocked, assessed.reasons)


@pytest.mark.parametrize(
    ("name", "statement", "passes"),
    [
        (estate.DEPLOY, allow("s3:PutObject", "arn:aws:s3:::storefront-prod/*"), True),
        (estate.DEPLOY, allow("s3:*", "arn:aws:s3:::storefront-prod/*"), False),
        (estate.DEPLOY, allow("s3:PutObject", "*"), False),
        (estate.DEPLOY, {"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"}, False),
        (estate.DEPLOY, allow("iam:PassRole", f"{ACCOUNT}:role/tasks"), True),
        (estate.DEPLOY, allow("iam:PassRole", f"{ACCOUNT}:role/*"), False),
        (estate.DEPLOY, allow("iam:PutRolePolicy", PLAN), False),
        (estate.PLAN, allow("s3:GetObject", "arn:aws:s3:::acme-state/storefront/*"), True),
        (estate.PLAN, allow("s3:GetObject", "*"), False),
        (estate.PLAN, allow("s3:PutObject", "arn:aws:s3:::acme-state/storefront/*"), False),
    ],
)
def test_grants(
    pack: Pack, tmp_path: Path, name: str, statement: Mapping[str, object], passes: bool
) -> None:
    resources = estate.compliant(estate.role_policy(statement, name=name))
    assert agree(pack, tmp_path, resources, "unconfigured") is passes


def test_branch_that_writes(pack: Pack, tmp_path: Path) -> None:
    role = estate.role(assumeRolePolicy=estate.trust("ref:refs/heads/main"))
    assert not agree(pack, tmp_path, [role, estate.role_policy(*estate.DEPLOYS)], "unconfigured")


BRANCH = estate.role(assumeRolePolicy=estate.trust("ref:refs/heads/main"))
REVIEWED = {"environment": "storefront/production", "name_prefix": "storefront-"}
UNSEEN = {"arn": f"{ACCOUNT}:policy/x", "roles": ["acme-storefront-production-deploy"]}
GITEA = "gitea.acme.example/_services/token"


@pytest.mark.parametrize(
    ("settings", "resources", "passes"),
    [
        ({}, [BRANCH, estate.role_policy(*estate.DEPLOYS)], False),
        (
            {"write_needs_environment": False},
            [BRANCH, estate.role_policy(*estate.DEPLOYS)],
            True,
        ),
        ({}, [estate.role(managedPolicyArns=[UNSEEN["arn"]])], False),
        ({"managed_policies": [UNSEEN]}, [estate.role(managedPolicyArns=[UNSEEN["arn"]])], True),
        (
            {"state_buckets": ["storefront-prod"]},
            [estate.role(), estate.role_policy(*estate.DEPLOYS)],
            False,
        ),
        (
            {"review_environments": [REVIEWED]},
            [estate.role(), estate.role_policy(*estate.DEPLOYS)],
            False,
        ),
        ({"trust_policy_characters": 2048}, [estate.role(assumeRolePolicy="LONG")], False),
        ({"trust_policy_characters": 8192}, [estate.role(assumeRolePolicy="LONG")], True),
        (
            {"issuers": ["token.actions.acme.ghe.com"]},
            [estate.role(assumeRolePolicy=estate.trust().replace(estate.ISSUER, "HOST"))],
            True,
        ),
        ({"issuers": ["token.actions.acme.ghe.com"]}, [estate.role()], False),
        ({}, [estate.role(assumeRolePolicy=estate.trust().replace(estate.ISSUER, GITEA))], False),
        (
            {"other_issuers": [GITEA]},
            [estate.role(assumeRolePolicy=estate.trust().replace(estate.ISSUER, GITEA))],
            True,
        ),
    ],
)
def test_settings_say_the_same_to_both(
    pack: Pack,
    tmp_path: Path,
    settings: Mapping[str, object],
    resources: Sequence[Declared],
    passes: bool,
) -> None:
    long = estate.trust(workflow=["x" * 1500])
    spelled = [
        replace(
            each,
            properties=json.loads(
                json.dumps(each.properties)
                .replace("HOST", "token.actions.acme.ghe.com")
                .replace('"LONG"', json.dumps(long))
            ),
        )
        for each in resources
    ]
    stack = pack.configured({"settings": settings})
    assert agree(pack, tmp_path, spelled, stack) is passes


@pytest.mark.parametrize(
    "content",
    [
        '{"max_session_minutes": 60}',
        '{"settings": {"issuer": []}}',
        '{"settings": []}',
        "[]",
        "{",
        '{"a": 1, "a": 2}',
    ],
)
def test_settings_that_cannot_be_read_are_refused(tmp_path: Path, content: str) -> None:
    (tmp_path / "settings.json").write_text(content)
    (tmp_path / "state.json").write_text(state([estate.role()]))
    ended = run(
        "audit", str(tmp_path / "state.json"), "--settings", str(tmp_path / "settings.json")
    )
    assert (ended.status, ended.out) == (2, "")
    assert "settings.json: " in ended.err


CHANGES = allow("iam:UpdateAssumeRolePolicy", PLAN.replace("plan", "production-deploy"))
OTHERS = [
    Declared(
        "aws:iam/userPolicy:UserPolicy",
        "other",
        {"user": "ann", "name": "p", "policy": estate.document(CHANGES)},
    ),
    Declared(
        "aws:iam/groupPolicy:GroupPolicy",
        "other",
        {"group": "team", "name": "p", "policy": estate.document(CHANGES)},
    ),
    Declared("aws:iam/policy:Policy", "other", {"name": "p", "policy": estate.document(CHANGES)}),
    Declared(
        "aws-native:iam:User",
        "other",
        {"policies": [{"policyName": "p", "policyDocument": json.loads(estate.document(CHANGES))}]},
    ),
    Declared(
        estate.ROLE,
        "other",
        {
            "name": "other",
            "assumeRolePolicy": estate.document(
                {"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "*"}
            ),
            "inlinePolicies": [{"name": "p", "policy": estate.document(CHANGES)}],
        },
    ),
    Declared(
        "aws:s3/bucketPolicy:BucketPolicy",
        "other",
        {"bucket": "b", "policy": '{"Statement": [], "Statement": []}'},
    ),
]


@pytest.mark.parametrize("other", OTHERS, ids=lambda each: each.type)
def test_what_is_no_role_for_github(pack: Pack, tmp_path: Path, other: Declared) -> None:
    assert not agree(pack, tmp_path, [*estate.compliant(), other], "unconfigured")
    ended = run("audit", str(tmp_path / "state.json"), "--json")
    (found,) = json.loads(ended.out)["resources"]
    said = [each.sentence for each in pack.judge([*estate.compliant(), other])]
    assert (found["type"], found["name"]) == (other.type, "other")
    assert found["reasons"] == [each for each in said if each in found["reasons"]]
    sarif = json.loads(run("audit", str(tmp_path / "state.json"), "--sarif").out)
    (result,) = [each for each in sarif["runs"][0]["results"] if each["ruleId"] == "resource"]
    assert found["reasons"][0] in result["message"]["text"]


def test_managed_policy_that_is_not_shown_is_a_note(tmp_path: Path) -> None:
    """The pack blocks it, too, until its settings list it; without these nobody knows."""
    role = estate.role(managedPolicyArns=[UNSEEN["arn"]])
    (tmp_path / "state.json").write_text(state([role]))
    ended = run("audit", str(tmp_path / "state.json"))
    assert ended.status == 0
    assert "the file does not show what it allows" in " ".join(ended.out.split())


def test_rights_in_an_account_export(tmp_path: Path) -> None:
    document = json.loads(estate.trust("pull_request"))
    role = {
        "RoleName": "plan",
        "Path": "/",
        "Arn": f"{ACCOUNT}:role/plan",
        "AssumeRolePolicyDocument": document,
        "RolePolicyList": [
            {
                "PolicyName": "p",
                "PolicyDocument": json.loads(estate.document(allow("s3:PutObject", "*"))),
            }
        ],
        "AttachedManagedPolicies": [
            {"PolicyArn": "arn:aws:iam::aws:policy/AdministratorAccess", "PolicyName": "A"}
        ],
    }
    (tmp_path / "roles.json").write_text(json.dumps({"RoleDetailList": [role]}))
    ended = run("audit", str(tmp_path / "roles.json"), "--json")
    (found,) = json.loads(ended.out)["roles"]
    assert (ended.status, found["grade"]) == (1, "finding")
    assert found["reasons"][:4] == [
        'inline policy "p", statement 1: "s3:PutObject" on "*". A workflow that needs one resource '
        "reaches all. Write the ARNs that are needed",
        'managed policy "arn:aws:iam::aws:policy/AdministratorAccess": it grants whole services. A '
        "workflow that needs one resource reaches all. Write a policy with the actions and "
        "resources that are needed",
        'inline policy "p", statement 1: "s3:PutObject" writes. A pull request runs code that '
        "nobody reviewed. Write reads of what is set up, or of objects by name",
        'managed policy "arn:aws:iam::aws:policy/AdministratorAccess": the stack does not show it. '
        "A pull request runs code that nobody reviewed. Write the reads that are needed as "
        "statements",
    ]


def test_document_that_means_two_things(pack: Pack, tmp_path: Path) -> None:
    policy = estate.role_policy().but(policy='{"Statement": [], "Statement": []}')
    assert not agree(pack, tmp_path, estate.compliant(policy), "unconfigured")
