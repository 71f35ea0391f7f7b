"""What adopt decides where one thing of a role or an environment is another than in the seed."""

import copy
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
import yaml

from keyless.adopt.account import read_roles
from keyless.adopt.changes import changes_by_repository
from keyless.adopt.decided import Decided, RoleDecision
from keyless.adopt.decisions import decide
from keyless.adopt.entries import write_entries
from keyless.adopt.listing import adopt_listing
from keyless.adopt.organisation import FoundEnvironment, Pattern
from keyless.adopt.report import RULES_OF_APPS, report_markdown
from keyless.adopt.stack_files import catalogue_text
from tests.keyless.adopt.held import decided_seed, role_entry

pytestmark = pytest.mark.usefixtures("judged_once")

ISSUER = "token.actions.githubusercontent.com"
SUB, WORKFLOW = f"{ISSUER}:sub", f"{ISSUER}:job_workflow_ref"
Spoil = Callable[[dict[str, Any]], object]


def decided(role: str, spoil: Spoil) -> tuple[Decided, RoleDecision]:
    """Decide about one role of the seed `mixed`, changed."""
    found = decided_seed("mixed")
    entry = copy.deepcopy(role_entry("mixed", role))
    spoil(entry)
    again = decide(
        replace(found.account, roles=tuple(read_roles([entry]))),
        found.organisation,
        region=found.region,
        role_path=found.role_path,
        as_of=date(2026, 11, 30),
    )
    kept = write_entries(again, "prod").decided
    (one,) = kept.roles
    return kept, one


def condition(entry: dict[str, Any]) -> Any:
    return entry["AssumeRolePolicyDocument"]["Statement"][0]["Condition"]


def subject(*values: str) -> Spoil:
    return lambda entry: condition(entry)["StringEquals"].update({SUB: list(values)})


def also(operator: str, key: str, value: str) -> Spoil:
    return lambda entry: condition(entry).setdefault(operator, {}).update({key: value})


def every(*spoils: Spoil) -> Spoil:
    return lambda entry: [spoil(entry) for spoil in spoils]


def second(**changes: Any) -> Spoil:
    """Add a copy of the first statement, with other parts."""

    def spoil(entry: dict[str, Any]) -> None:
        statements = entry["AssumeRolePolicyDocument"]["Statement"]
        statements.append({**copy.deepcopy(statements[0]), **changes})

    return spoil


def granted(**statement: Any) -> Spoil:
    def spoil(entry: dict[str, Any]) -> None:
        statements = entry["RolePolicyList"][0]["PolicyDocument"]["Statement"]
        statements.append({"Effect": "Allow", "Resource": "*", **statement})

    return spoil


def attached(name: str) -> Spoil:
    arn = f"arn:aws:iam::aws:policy/{name}"
    return lambda entry: entry.update(
        AttachedManagedPolicies=[{"PolicyName": name, "PolicyArn": arn}]
    )


@pytest.mark.parametrize(
    ("spoil", "decision", "why"),
    [
        (subject("repo:acme/storehouse:ref:refs/tags/v1"), "refuse", "tag-without-environment"),
        (
            subject("repo:acme/storehouse:ref:refs/heads/main"),
            "refuse",
            "write-without-environment",
        ),
        (subject("repo:acme/storehouse:pull_request"), "refuse", "permissions-blocked"),
        (subject("repo:acme/nowhere:environment:production"), "refuse", "repository-gone"),
        (subject("repo:elsewhere/storehouse:environment:production"), "refuse", "other-owner"),
        (subject("repo:acme/storehouse:environment:qa"), "refuse", "unprotected-environment"),
        (subject("repo:acme/storehouse:environment:Production"), "refuse", "environment-name"),
        (
            subject(
                "repo:acme/storehouse:environment:production",
                "repo:acme/storehouse:environment:preview",
            ),
            "replace",
            "several-contexts",
        ),
        (also("StringEquals", f"{ISSUER}:repository_id", "1"), "refuse", "repository-gone"),
        (subject("repo:Acme/storehouse:environment:production"), "refuse", "dead"),
        (subject("repo:acme/Storehouse:environment:production"), "refuse", "dead"),
        (
            lambda entry: entry["AssumeRolePolicyDocument"]["Statement"][0]["Principal"].update(
                Federated=f"arn:aws:iam::333333333333:oidc-provider/{ISSUER}"
            ),
            "refuse",
            "dead",
        ),
        (lambda entry: entry.update(MaxSessionDuration=5430), "refuse", "session-seconds"),
        (
            lambda entry: entry["RolePolicyList"].append(
                {
                    "PolicyName": "odd",
                    "PolicyDocument": {
                        "Statement": {
                            "Effect": "Allow",
                            "Action": "s3:GetObject",
                            "Resource": "arn:aws:s3:::b/*",
                            "Condition": {"StringEquals": "x"},
                        }
                    },
                }
            ),
            "refuse",
            "permissions-blocked",
        ),
        (also("StringEquals", f"{ISSUER}:actor", "ines"), "refuse", "narrower-trust"),
        (also("StringEquals", f"{ISSUER}:ref", "refs/heads/main"), "refuse", "narrower-trust"),
        (also("StringLike", WORKFLOW, "acme/*"), "refuse", "narrower-trust"),
        (
            also("StringLike", WORKFLOW, "acme/p/.github/workflows/x.yml@refs/tags/v1"),
            "adopt",
            None,
        ),
        (also("DateLessThan", "aws:CurrentTime", "2027-01-01T00:00:00Z"), "adopt", None),
        (
            also("StringEquals", f"{ISSUER}:aud", "https://github.com/acme"),
            "refuse",
            "other-audience",
        ),
        (granted(Effect="Deny", Action="s3:DeleteObject"), "refuse", "permissions-blocked"),
        (granted(Action="s3:*"), "refuse", "permissions-blocked"),
        (
            granted(Action="iam:CreateUser", Resource="arn:aws:iam::222222222222:user/ci"),
            "refuse",
            "permissions-blocked",
        ),
        (
            granted(Action="sqs:SendMessage", Resource="arn:aws:sqs:us-east-1:333333333333:q"),
            "adopt",
            None,
        ),
        (attached("AmazonS3FullAccess"), "refuse", "permissions-blocked"),
        (attached("AWSCodeDeployDeployerAccess"), "adopt", None),
        (lambda entry: entry.update(MaxSessionDuration=43200), "refuse", "session-too-long"),
        (lambda entry: entry.update(RoleLastUsed={}), "refuse", "unused"),
        (lambda entry: entry.update(RolePolicyList=[]), "refuse", "no-permissions"),
    ],
)
def test_role(spoil: Spoil, decision: str, why: str | None) -> None:
    _, found = decided("storehouse-prod", spoil)
    assert (found.decision, found.why) == (decision, why), found.says


OFFICE = also("IpAddress", "aws:SourceIp", "192.0.2.0/24")
TWO = subject(
    "repo:acme/storehouse:environment:production", "repo:acme/storehouse:environment:preview"
)
GONE = {
    "StringEquals": {
        f"{ISSUER}:aud": "sts.amazonaws.com",
        SUB: "repo:acme/gone:environment:production",
    }
}
BARRED = {"Effect": "Deny", "Condition": {"StringEquals": {f"{ISSUER}:actor": "mallory"}}}


@pytest.mark.parametrize(
    "spoil",
    [
        every(TWO, OFFICE),
        every(TWO, second(**BARRED)),
        every(
            OFFICE,
            lambda entry: entry["AssumeRolePolicyDocument"]["Statement"][0].update(Action="sts:*"),
        ),
        every(second(Condition=GONE), OFFICE),
        every(also("StringNotEquals", f"{ISSUER}:actor", "mallory"), second(Condition=GONE)),
        every(
            second(), also("StringLike", WORKFLOW, "acme/p/.github/workflows/x.yml@refs/tags/v1")
        ),
    ],
)
def test_what_keeps_somebody_out_is_never_dropped(spoil: Spoil) -> None:
    """Whether a role is replaced, and whatever another statement of its trust policy asks."""
    _, found = decided("storehouse-prod", spoil)
    assert (found.decision, found.why) == ("refuse", "narrower-trust"), found.says


def test_a_new_role_ends_with_the_old_one() -> None:
    ends = also("DateLessThan", "aws:CurrentTime", "2027-01-01T00:00:00Z")
    all_of_it, found = decided("storehouse-prod", every(TWO, ends))
    assert found.decision == "replace"
    roles = write_entries(all_of_it, "prod").settings.repositories["storehouse"]
    assert {role.until for role in roles.environments["production"].roles.values()} == {
        date(2027, 1, 1)
    }


def test_a_policy_that_was_not_read_is_not_listed() -> None:
    arn = "arn:aws:iam::222222222222:policy/unread"
    _, found = decided(
        "storehouse-prod",
        lambda entry: entry.update(
            AttachedManagedPolicies=[{"PolicyName": "unread", "PolicyArn": arn}]
        ),
    )
    assert found.decision == "refuse"
    assert found.says == (
        f'managed policy "{arn}": what was read does not show it. What it allows cannot be judged. '
        "Let the export have the policies of the account, or write its statements into the role."
    )


def test_a_comment_is_text_alone() -> None:
    tags = [{"Key": "managedby", "Value": "T\x1b]0;x\x07\u2028- evil: <b>"}]
    all_of_it, found = decided("storehouse-prod", lambda entry: entry.update(Tags=tags))
    assert found.decision == "adopt"
    written = write_entries(all_of_it, "prod")
    texts = [catalogue_text(one) for one in written.repositories]
    assert any("Managed by T" in text for text in texts)
    assert all(yaml.safe_load(text) for text in texts)
    assert all(text.isascii() and "\x1b" not in text for text in texts)


def test_trust_that_names_a_workflow_keeps_it() -> None:
    pinned = "acme/till/.github/workflows/ship.yml@refs/heads/main"
    all_of_it, found = decided("github-actions-till-deploy", also("StringLike", WORKFLOW, pinned))
    assert found.decision == "adopt"
    written = write_entries(all_of_it, "prod")
    roles = written.settings.repositories["till"].environments["production"].roles
    assert [role.workflows for role in roles.values()] == [(pinned,)]


@pytest.mark.parametrize(
    ("changes", "decision", "why"),
    [
        ({"deploy_from": "any"}, "refuse", "unprotected-environment"),
        ({"patterns": ()}, "refuse", "unprotected-environment"),
        ({"patterns": (Pattern(1, "branch", "*"),)}, "refuse", "unprotected-environment"),
        ({"patterns": (Pattern(1, "branch", "release/*"),)}, "tighten", None),
        ({"name": "prod eu/1"}, "tighten", None),
        ({"name": "Production", "admins_bypass": False}, "as-is", None),
    ],
)
def test_environment(changes: dict[str, Any], decision: str, why: str | None) -> None:
    found = decided_seed("mixed")
    storehouse, *others = found.organisation.repositories
    environment: FoundEnvironment = replace(storehouse.environments[0], **changes)
    changed = replace(storehouse, environments=(environment,))
    organisation = replace(found.organisation, repositories=(changed, *others))
    again = decide(
        found.account,
        organisation,
        region=found.region,
        role_path=found.role_path,
        as_of=date(2026, 11, 30),
    )
    first = write_entries(again, "prod").decided.environments[0]
    assert (first.decision, first.why) == (decision, why), first.says


def test_a_role_is_refused_with_the_reason_of_its_environment() -> None:
    found = decided_seed("mixed")
    storehouse, *others = found.organisation.repositories
    first, *rest = storehouse.environments
    odd = replace(first, patterns=(Pattern(1, "branch", "a,b"),))
    changed = replace(storehouse, environments=(odd, *rest))
    again = decide(
        found.account,
        replace(found.organisation, repositories=(changed, *others)),
        region=found.region,
        role_path=found.role_path,
        as_of=date(2026, 11, 30),
    )
    kept = write_entries(again, "prod").decided
    (role,) = [one for one in kept.roles if one.role.name == "storehouse-prod"]
    assert role.decision == "refuse"
    assert role.says == kept.environments[0].says
    assert '"a,b" contains ","' in role.says


def test_a_job_whose_variable_is_the_organisations_is_named() -> None:
    found = decided_seed("mixed")
    use = replace(found.uses[0], role=None, source="${{ vars.ROLE_OF_ALL }}")
    listing = adopt_listing(replace(found, uses=(use,)), (), as_of=date(2026, 11, 30))
    assert (
        f"The job `{use.workflow}#{use.job}` takes its role from `${{{{ vars.ROLE_OF_ALL }}}}`, "
        "which no variable of its repository or environment says. Variables of the organisation "
        "are not read: look there which role it is, for no role counts the job."
    ) in changes_by_repository(listing)[use.repository]


def test_that_no_job_names_a_role_is_said_only_where_every_job_was_read() -> None:
    found, one = decided("storehouse-prod", lambda _: None)
    name, own = f"`{one.role.name}`", [u for u in found.uses if u.role == one.role.arn]
    of_key, of_variable = (
        replace(own[0], role=None, source=source) for source in ("keys", "${{ vars.ROLE_OF_ALL }}")
    )
    for uses, says in (
        ((), "No job names it."),
        ((of_key,), "No job names it."),
        ((of_variable,), "Whether a job names it is not known."),
    ):
        roles = (replace(one, used_by=()),)
        listing = adopt_listing(
            replace(found, uses=uses, roles=roles, unread=()), (), as_of=date(2026, 11, 30)
        )
        sentences = changes_by_repository(listing)["acme/storehouse"]
        assert f"The role {name} is taken over. {says}" in sentences


def test_a_wide_role_is_named_by_no_workflow_that_could_be_read() -> None:
    found = decided_seed("mixed")
    nobody = subject("repo:acme/storehouse:*")
    entry = copy.deepcopy(role_entry("mixed", "storehouse-prod"))
    nobody(entry)
    entry["RoleName"] = "nobody"
    entry["Arn"] = "arn:aws:iam::222222222222:role/nobody"
    condition(entry)["StringLike"] = {SUB: condition(entry)["StringEquals"].pop(SUB)}
    again = decide(
        replace(found.account, roles=tuple(read_roles([entry]))),
        found.organisation,
        region=found.region,
        role_path=found.role_path,
        as_of=date(2026, 11, 30),
    )
    assert any(use.role is None and not use.is_by_key for use in again.uses)
    assert "no workflow that could be read names it" in again.roles[0].says


def test_the_report_says_what_of_environments_is_not_read() -> None:
    found = decided_seed("mixed")
    listing = adopt_listing(found, (), as_of=date(2026, 11, 30))
    assert RULES_OF_APPS in report_markdown(listing, "prod")
    none = adopt_listing(replace(found, environments=()), (), as_of=date(2026, 11, 30))
    assert RULES_OF_APPS not in report_markdown(none, "prod")
