"""The policy exceptions-reviewed and what exceptions do, run by the pack's analyzer."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256

import pytest

from keyless.rules.exceptions import AuditedException, identity, proposed, read_exception
from tests.policypack import estate
from tests.policypack.analyzer import FILLED_IN, UNKNOWN, Declared, Pack, Violation

ID = "exceptions-reviewed"
WIDE = "repo:acme/storefront:*"
WHERE = f'exceptions[0] of trust-subject-pinned for "{estate.DEPLOY}"'
TODAY = datetime.now(UTC).date()


def wide_role(*subjects: str) -> Declared:
    statement = estate.statement(
        ("StringEquals", estate.pinned(sub=None, repository_id=None)),
        ("StringLike", {f"{estate.ISSUER}:sub": list(subjects or (WIDE,))}),
    )
    return estate.role(assumeRolePolicy=estate.document(statement))


def proposal(pack: Pack, role: Declared, policy: str = "trust-subject-pinned") -> dict[str, str]:
    """Return the exception that the violation of a policy ends with."""
    found = [each for each in pack.judge_one(role) if each.policy == policy]
    (proposed,) = {json.dumps(each.proposed) for each in found}
    return dict(json.loads(proposed))


def blocked(pack: Pack, entry: object, role: Declared) -> list[str]:
    """Return the sentences of mandatory violations under one exception."""
    stack = pack.configured({"exceptions": [entry]})
    return [each.sentence for each in pack.judge_one(role, stack) if each.level == "mandatory"]


def reviewed(pack: Pack, entry: object, role: Declared) -> list[Violation]:
    """Return what exceptions-reviewed says of one exception."""
    stack = pack.configured({"exceptions": [entry]})
    found = pack.judge_stack(estate.compliant(role), stack)
    return [violation for violation in found if violation.policy == ID]


def test_the_violation_proposes_what_then_tolerates_it(pack: Pack) -> None:
    entry = proposal(pack, wide_role())
    text = wide_role().properties["assumeRolePolicy"]
    assert isinstance(text, str)
    canonical = json.dumps(json.loads(text), sort_keys=True, separators=(",", ":"))
    assert entry == {
        "policy": "trust-subject-pinned",
        "type": estate.ROLE,
        "name": estate.DEPLOY,
        "sha256": sha256(canonical.encode()).hexdigest(),
        **FILLED_IN,
        "expires": str(TODAY + timedelta(days=90)),
    }
    assert blocked(pack, entry, wide_role()) == []
    stack = pack.configured({"exceptions": [entry]})
    [said] = [each for each in pack.judge_one(wide_role()) if each.proposed]
    assert f"under exceptions in policypack/config/{stack}.json" not in said.sentence


def test_an_exception_that_nobody_filled_in_covers_nothing(pack: Pack) -> None:
    entry = proposal(pack, wide_role())
    unfilled = {**entry, "reason": "WHY", "approver": "WHO"}
    [sentence] = blocked(pack, unfilled, wide_role())
    assert sentence.endswith(
        "is malformed: reason is WHY, to be filled in. Write why it is tolerated. approver is WHO, "
        "to be filled in. Write who answers for it."
    )
    [sentence] = blocked(pack, {**entry, "type": "aws.iam.Role"}, wide_role())
    assert "exception" not in sentence


@pytest.mark.parametrize("days", [0, 30, 400])
def test_exception_tolerates_its_document_and_is_listed(pack: Pack, days: int) -> None:
    day = TODAY + timedelta(days=days)
    entry = proposal(pack, wide_role()) | {
        "expires": str(day),
        "reason": "a shared role that reads",
        "approver": "mona",
    }
    assert blocked(pack, entry, wide_role()) == []
    assert reviewed(pack, entry, wide_role()) == [
        Violation(
            ID,
            "advisory",
            estate.DEPLOY,
            f"{WHERE}: in use up to {day}, {days} days from now, approved by mona: "
            '"a shared role that reads". Remove it once the reason is gone.',
        )
    ]


LATEST = TODAY + timedelta(days=400)


@pytest.mark.parametrize(
    ("changes", "objection"),
    [
        ({"expires": "2020-02-29"}, "expired on 2020-02-29"),
        ({"sha256": "0" * 64}, "is for another document"),
        ({"reason": None}, "is malformed: It lacks reason"),
        (
            {"approver": " "},
            'is malformed: approver is " ". Write who answers for it',
        ),
        ({"expires": "soon"}, 'is malformed: expires is "soon". Write a day like 2027-03-31'),
        (
            {"expires": "2027-02-30"},
            'is malformed: expires is "2027-02-30", no day. Write a day like 2027-03-31',
        ),
        (
            {"expires": "2099-12-31"},
            "is malformed: expires is 2099-12-31, more than 400 days ahead. Write "
            f"{LATEST} or earlier",
        ),
        (
            {"sha256": None},
            "is malformed: It lacks sha256, or arn and boundary for a policy of AWS's",
        ),
        (
            {"sha256": "A" * 64},
            f'is malformed: sha256 is "{"A" * 64}". Write the 64 hexadecimal digits that the '
            "violation prints",
        ),
        (
            {"verdict": "REPOSITORY-WIDE"},
            "is malformed: verdict is of an older form. Write the sha256 that the violation prints "
            "instead",
        ),
        (
            {"subjects": [WIDE]},
            "is malformed: subjects is of an older form. Write the sha256 that the violation "
            "prints instead",
        ),
        ({"ticket": "1"}, "is malformed: There is no key ticket"),
        ({"X": "1"}, "is malformed: There is no key X"),
    ],
)
def test_exception_that_does_not_apply_is_named_in_the_violation(
    pack: Pack, changes: dict[str, object], objection: str
) -> None:
    entry = proposal(pack, wide_role()) | changes
    written = {key: each for key, each in entry.items() if each is not None}
    stack = pack.configured({"exceptions": [written]})
    [sentence] = pack.says("trust-subject-pinned", wide_role(), stack)
    assert sentence.startswith("REPOSITORY-WIDE: statement 1: ")
    assert sentence.endswith(
        f" The exception for it in policypack/config/{stack}.json {objection}."
    )


@pytest.mark.parametrize(
    "changes",
    [{"name": "another"}, {"type": "aws-native:iam:Role"}, {"policy": "trust-effective"}],
)
def test_exception_for_something_else_is_not_mentioned(pack: Pack, changes: dict[str, str]) -> None:
    [sentence] = blocked(pack, proposal(pack, wide_role()) | changes, wide_role())
    assert "exception" not in sentence


@pytest.mark.parametrize(
    "changed", ["repo:acme/storefront-*:*", "repo:acme/storefront:environment:*"]
)
def test_a_changed_document_voids_the_exception(pack: Pack, changed: str) -> None:
    entry = proposal(pack, wide_role())
    for role in (wide_role(WIDE, changed), wide_role(changed)):
        [sentence] = blocked(pack, entry, role)
        assert sentence.endswith(" is for another document.")


def test_white_space_and_the_order_of_members_change_nothing(pack: Pack) -> None:
    entry = proposal(pack, wide_role())
    text = wide_role().properties["assumeRolePolicy"]
    assert isinstance(text, str)
    reversed_members = dict(reversed(json.loads(text).items()))
    role = estate.role(assumeRolePolicy=json.dumps(reversed_members, indent=4))
    assert blocked(pack, entry, role) == []


OPEN = estate.statement(("StringLike", {f"{estate.ISSUER}:sub": "repo:*"}))
WIDE_STATEMENT = estate.statement(
    ("StringEquals", {f"{estate.ISSUER}:aud": "sts.amazonaws.com"}),
    ("StringLike", {f"{estate.ISSUER}:sub": WIDE}),
)
ELSEWHERE = {
    "Effect": "Allow",
    "Principal": {"AWS": "arn:aws:iam::333333333333:root"},
    "Action": "sts:AssumeRole",
}


@pytest.mark.parametrize(
    ("second", "says"),
    [
        (OPEN, "OPEN: statement 2: "),
        (ELSEWHERE, 'statement 2: AWS "arn:aws:iam::333333333333:root" beside GitHub. '),
    ],
)
def test_an_exception_hides_nothing_worse(pack: Pack, second: dict[str, object], says: str) -> None:
    role = estate.role(assumeRolePolicy=estate.document(WIDE_STATEMENT, second))
    [entry, *_] = [each.proposed for each in pack.judge_one(role) if each.proposed]
    [sentence] = blocked(pack, entry, role)
    assert sentence.startswith(says)


EXACT = estate.statement(("StringEquals", estate.pinned()))
ANYBODYS = estate.statement(("StringLike", {f"{estate.ISSUER}:sub": WIDE}))
ELSEWHERES = estate.statement(
    ("StringEquals", estate.pinned(sub="repo:acme/blog:environment:production"))
)
DEAD = estate.statement(("StringEquals", estate.pinned(sub="repo:acme/*")))
DENY = {**EXACT, "Effect": "Deny"}
ANOTHER_ACCOUNTS = {"Federated": f"arn:aws:iam::333333333333:oidc-provider/{estate.ISSUER}"}
NO_AUDIENCE = (
    'aud: missing. A token for another service gets in. Write StringEquals "sts.amazonaws.com".'
)
OWN_USER = {
    "Effect": "Allow",
    "Principal": {"AWS": "arn:aws:iam::222222222222:user/mona"},
    "Action": "sts:AssumeRole",
}


@pytest.mark.parametrize(
    ("policy", "statements", "other", "says"),
    [
        ("trust-subject-pinned", [ANYBODYS], "trust-plain", f"statement 1: {NO_AUDIENCE}"),
        ("trust-subject-pinned", [EXACT, ANYBODYS], "trust-plain", f"statement 2: {NO_AUDIENCE}"),
        ("trust-subject-pinned", [DEAD, ANYBODYS], "trust-effective", "DEAD: statement 1: "),
        (
            "trust-subject-pinned",
            [WIDE_STATEMENT, DENY],
            "trust-plain",
            'statement 2: Effect: "Deny". ',
        ),
        (
            "trust-subject-pinned",
            [{**WIDE_STATEMENT, "Principal": ANOTHER_ACCOUNTS}],
            "trust-plain",
            f'statement 1: Principal: "{ANOTHER_ACCOUNTS["Federated"]}". ',
        ),
        (
            "trust-subject-pinned",
            [WIDE_STATEMENT, ELSEWHERES],
            "trust-serves-one-context",
            "EXACT: it serves 2 contexts, ",
        ),
        (
            "trust-effective",
            [DEAD, {**EXACT, "Action": "sts:*"}],
            "trust-plain",
            'statement 2: Action: "sts:*". ',
        ),
        (
            "trust-plain",
            [OWN_USER, EXACT, ELSEWHERES],
            "trust-serves-one-context",
            "EXACT: it serves 2 contexts, ",
        ),
        (
            "trust-plain",
            [EXACT, {**ELSEWHERES, "Action": "sts:*"}],
            "trust-serves-one-context",
            "EXACT: it serves 2 contexts, ",
        ),
    ],
)
def test_an_exception_hides_no_fault_of_another_policy(
    pack: Pack, policy: str, statements: list[dict[str, object]], other: str, says: str
) -> None:
    role = estate.role(assumeRolePolicy=estate.document(*statements))
    assert {each.policy for each in pack.judge_one(role) if each.level == "mandatory"} == {policy}
    entry = proposal(pack, role, policy)
    stack = pack.configured({"exceptions": [entry]})
    [violation] = [each for each in pack.judge_one(role, stack) if each.level == "mandatory"]
    assert violation.policy == other
    assert violation.sentence.startswith(says)


def test_each_exception_of_a_document_is_in_use(pack: Pack) -> None:
    role = estate.role(assumeRolePolicy=estate.document(ANYBODYS))
    entry = proposal(pack, role)
    both = pack.configured({"exceptions": [entry, entry | {"policy": "trust-plain"}]})
    assert [each for each in pack.judge_one(role, both) if each.level == "mandatory"] == []
    found = pack.judge_stack(estate.compliant(role), both)
    said = [each.sentence for each in found if each.policy == ID]
    assert [": in use up to " in sentence for sentence in said] == [True, True]


def test_what_is_odd_is_said_without_a_document_where_more_would_have_to_change(pack: Pack) -> None:
    role = estate.role(assumeRolePolicy=estate.document(ANYBODYS))
    stack = pack.configured({"exceptions": [proposal(pack, role)]})
    assert pack.says("trust-plain", role, stack) == [f"statement 1: {NO_AUDIENCE}"]


def test_all_that_one_exception_would_cover_is_said_before_it_is_written(pack: Pack) -> None:
    no_audience = estate.statement(("StringEquals", estate.pinned(aud=None)))
    role = estate.role(assumeRolePolicy=estate.document(OWN_USER, no_audience))
    found = [each for each in pack.judge_one(role) if each.level == "mandatory"]
    assert [each.policy for each in found] == ["trust-plain"] * 2
    stranger, odd = (each.sentence for each in found)
    assert stranger.startswith('statement 1: AWS "arn:aws:iam::222222222222:user/mona" beside ')
    assert odd.startswith(f"statement 2: {NO_AUDIENCE}")
    assert found[0].proposed == found[1].proposed
    assert blocked(pack, found[0].proposed, role) == []


def test_a_whole_repository_is_one_with_what_is_in_it(pack: Pack) -> None:
    role = estate.role(assumeRolePolicy=estate.document(WIDE_STATEMENT, EXACT))
    assert blocked(pack, proposal(pack, role), role) == []


@pytest.mark.parametrize(
    "statement",
    [
        OPEN,
        estate.statement(("StringLike", {f"{estate.ISSUER}:sub": "repo:acme*"})),
        estate.statement(("StringEquals", {f"{estate.ISSUER}:sub": "repo:${aws:username}"})),
        ELSEWHERE | {"Principal": {"AWS": "*", "Federated": "*"}},
    ],
)
def test_what_nobody_can_audit_has_no_exception(pack: Pack, statement: dict[str, object]) -> None:
    found = pack.judge_one(estate.role(assumeRolePolicy=estate.document(EXACT, statement)))
    assert any(each.level == "mandatory" for each in found)
    assert [each.proposed for each in found if each.proposed] == []


def test_a_policy_without_exceptions_is_said(pack: Pack) -> None:
    entry = proposal(pack, wide_role()) | {"policy": "trust-readable"}
    [violation] = reviewed(pack, entry, estate.role())
    assert violation.sentence == (
        "exceptions[0]: malformed. trust-readable has no exceptions. It applies to nothing. Mend "
        "it or remove it."
    )


OWN_ACCOUNT = ELSEWHERE | {"Principal": {"AWS": "arn:aws:iam::222222222222:root"}}
TWO = estate.subjects("environment:production") + estate.subjects("environment:staging")


@pytest.mark.parametrize(
    ("policy", "document"),
    [
        ("trust-effective", estate.trust(sub="repo:acme/*")),
        ("trust-serves-one-context", estate.trust(sub=TWO)),
        ("trust-plain", estate.trust(aud=None)),
        (
            "trust-plain",
            estate.document(estate.statement(("StringEquals", estate.pinned())), OWN_ACCOUNT),
        ),
    ],
)
def test_other_faults_can_be_excepted(pack: Pack, policy: str, document: str) -> None:
    role = estate.role(assumeRolePolicy=document)
    entry = proposal(pack, role, policy)
    assert entry["policy"] == policy
    assert blocked(pack, entry, role) == []
    assert [each.sentence.split(":")[1] for each in reviewed(pack, entry, role)] == [
        " in use up to " + entry["expires"] + ", 90 days from now, approved by octavia"
    ]


@pytest.mark.parametrize(
    ("changes", "past"),
    [
        ({}, ""),
        ({"name": "gone"}, ""),
        ({"expires": "2020-02-29"}, " since it expired"),
        ({"expires": str(TODAY)}, ""),
    ],
)
def test_unused_exception_is_listed(pack: Pack, changes: dict[str, str], past: str) -> None:
    entry = proposal(pack, wide_role()) | changes
    assert [found.sentence for found in reviewed(pack, entry, estate.role())] == [
        f'exceptions[0] of trust-subject-pinned for "{entry["name"]}": not in use{past}. It may '
        "come to hide a mistake. Remove it."
    ]


def test_an_exception_that_is_no_object_is_listed(pack: Pack) -> None:
    assert [found.sentence for found in reviewed(pack, "nothing", estate.role())] == [
        "exceptions[0]: malformed. It is no object. It applies to nothing. Mend it or remove it."
    ]


ADMIN = "arn:aws:iam::aws:policy/AdministratorAccess"
ANY_BUCKET = estate.role_policy(estate.allow("s3:*", "*"))
ANY_ROLE = estate.role_policy(estate.allow("iam:PassRole", "*"))
ATTACHED = Declared(
    "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
    "attached",
    {"role": "acme-storefront-production-deploy", "policyArn": ADMIN},
)


def of_stack(pack: Pack, resources: list[Declared], stack: str) -> list[Violation]:
    found = pack.judge_stack(resources, stack)
    return [each for each in found if each.level == "mandatory"]


@pytest.mark.parametrize(
    ("policy", "granted"),
    [
        ("role-permissions-scoped", ANY_BUCKET),
        ("role-permissions-scoped", ATTACHED),
        ("role-cannot-escalate", ANY_ROLE),
    ],
)
def test_permissions_behind_a_reviewed_environment_can_be_excepted(
    pack: Pack, policy: str, granted: Declared
) -> None:
    resources = estate.compliant(granted)
    proposed = {each.policy: each.proposed for each in of_stack(pack, resources, "unconfigured")}
    assert proposed[policy]
    entries = list(proposed.values())
    stack = pack.configured({"exceptions": entries})
    assert of_stack(pack, resources, stack) == []
    said = [each.sentence for each in pack.judge_stack(resources, stack) if each.policy == ID]
    assert len(said) == len(entries)
    assert all(": in use up to " in sentence for sentence in said)


def test_a_policy_of_awss_is_named_with_the_boundary(pack: Pack) -> None:
    [violation] = of_stack(pack, estate.compliant(ATTACHED), "unconfigured")
    assert violation.proposed["arn"] == ADMIN
    assert violation.proposed["boundary"] == estate.BOUNDARY
    stack = pack.configured({"exceptions": [violation.proposed]})
    role = estate.role(permissionsBoundary="arn:aws:iam::222222222222:policy/other")
    [violation] = of_stack(pack, estate.compliant(ATTACHED, role), stack)
    assert violation.sentence.endswith(" is for another document.")


@pytest.mark.parametrize(
    "changed",
    [
        [estate.role(permissionsBoundary=None)],
        [estate.environment(reviewers=[])],
        [estate.role(assumeRolePolicy=estate.trust("ref:refs/heads/main"))],
    ],
    ids=["no boundary", "no reviewers", "a branch"],
)
def test_other_permissions_have_no_exception(pack: Pack, changed: list[Declared]) -> None:
    resources = estate.compliant(ANY_BUCKET, *changed)
    found = of_stack(pack, resources, "unconfigured")
    assert [each.proposed for each in found if each.policy == "role-permissions-scoped"] == [{}]


def test_an_environment_written_twice_is_reviewed_where_both_say_so(pack: Pack) -> None:
    again = replace(estate.environment(), name="again")
    role = estate.role()
    waiting = replace(role, depends_on=(*role.depends_on, "again"))
    resources = estate.compliant(ANY_BUCKET, waiting, again)
    [proposed] = {json.dumps(each.proposed) for each in of_stack(pack, resources, "unconfigured")}
    content = {"unreviewed_environments": ["storefront/production"]}
    stack = pack.configured({"settings": content, "exceptions": [json.loads(proposed)]})
    assert of_stack(pack, resources, stack) == []
    unreviewed = again.but(reviewers=None)
    [violation] = of_stack(pack, estate.compliant(ANY_BUCKET, waiting, unreviewed), stack)
    assert violation.policy == "role-permissions-scoped"


DEPLOY_POLICY = "arn:aws:iam::222222222222:policy/terraform/apply"
ATTACHED_OWN = ATTACHED.but(policyArn=DEPLOY_POLICY)


def shown(*statements: dict[str, object], arn: str = DEPLOY_POLICY, name: str = "a") -> Declared:
    properties = {"arn": arn, "policy": estate.document(*statements)}
    return Declared("keyless:index:LookedUpPolicy", name, properties)


class TestPolicyOfTheAccount:
    """What a program says of a policy that it does not make lets nothing pass by itself."""

    def blocked(self, pack: Pack, *resources: Declared, stack: str = "unconfigured") -> Violation:
        [violation] = of_stack(pack, estate.compliant(ATTACHED_OWN, *resources), stack)
        assert violation.policy == "role-permissions-scoped"
        assert "the stack does not show it" in violation.sentence
        return violation

    def test_an_exception_names_the_document_that_the_stack_looked_up(self, pack: Pack) -> None:
        document = shown(estate.allow("ec2:*", "*"))
        proposed = self.blocked(pack, document).proposed
        assert proposed["sha256"]
        stack = pack.configured({"exceptions": [proposed]})
        assert of_stack(pack, estate.compliant(ATTACHED_OWN, document), stack) == []

    def test_a_new_version_voids_the_exception(self, pack: Pack) -> None:
        proposed = self.blocked(pack, shown(estate.allow("ec2:*", "*"))).proposed
        stack = pack.configured({"exceptions": [proposed]})
        changed = self.blocked(pack, shown(estate.allow(["ec2:*", "kms:*"], "*")), stack=stack)
        assert changed.sentence.endswith(" is for another document.")

    def test_an_exception_is_for_one_policy_whatever_is_said_of_another(self, pack: Pack) -> None:
        document = shown(estate.allow("ec2:*", "*"))
        stack = pack.configured({"exceptions": [self.blocked(pack, document).proposed]})
        other = ATTACHED_OWN.but(policyArn=f"{DEPLOY_POLICY}-other")
        said = shown(estate.allow("ec2:*", "*"), arn=f"{DEPLOY_POLICY}-other")
        [violation] = of_stack(pack, estate.compliant(other, said), stack)
        assert violation.sentence.endswith(" is for another document.")

    def test_an_exception_for_what_the_stack_shows_is_for_nothing_unseen(self, pack: Pack) -> None:
        inline = estate.role_policy(estate.allow("ec2:*", "*"))
        [violation] = of_stack(pack, estate.compliant(inline), "unconfigured")
        stack = pack.configured({"exceptions": [violation.proposed]})
        assert of_stack(pack, estate.compliant(inline), stack) == []
        self.blocked(pack, shown(estate.allow("ec2:*", "*")), stack=stack)

    @pytest.mark.parametrize(
        "others",
        [
            [],
            [shown(estate.allow("ec2:DescribeInstances", "*"), arn=f"{DEPLOY_POLICY}-other")],
            [shown(estate.allow("ec2:*", "*")), shown(estate.allow("s3:*", "*"), name="b")],
            [shown().but(policy="no document")],
            [shown().but(policy=UNKNOWN)],
        ],
        ids=["none", "another policy", "two documents", "no document", "unknown"],
    )
    def test_without_one_document_there_is_no_exception(
        self, pack: Pack, others: list[Declared]
    ) -> None:
        assert self.blocked(pack, *others).proposed == {}

    def test_harmless_statements_let_nothing_pass(self, pack: Pack) -> None:
        self.blocked(pack, shown(estate.allow("s3:GetObject", "arn:aws:s3:::a/b")))

    def test_a_document_that_escalates_needs_an_exception_for_that_too(self, pack: Pack) -> None:
        resources = estate.compliant(ATTACHED_OWN, shown(estate.allow("iam:*", "*")))
        proposed = {
            each.policy: each.proposed for each in of_stack(pack, resources, "unconfigured")
        }
        assert proposed.keys() == {"role-permissions-scoped", "role-cannot-escalate"}
        one = pack.configured({"exceptions": [proposed["role-permissions-scoped"]]})
        left = of_stack(pack, resources, one)
        assert {each.policy for each in left} == {"role-cannot-escalate"}
        both = pack.configured({"exceptions": list(proposed.values())})
        assert of_stack(pack, resources, both) == []


ARN_OF_AWS = "arn:aws:iam::aws:policy/ReadOnlyAccess"
DIGEST = "0" * 64


@pytest.mark.parametrize(
    ("document", "complains"),
    [
        ({"sha256": DIGEST}, False),
        ({"arn": ARN_OF_AWS, "boundary": estate.BOUNDARY}, False),
        ({}, True),
        ({"arn": ARN_OF_AWS}, True),
        ({"boundary": estate.BOUNDARY}, True),
        ({"sha256": DIGEST, "arn": ARN_OF_AWS}, True),
        ({"sha256": DIGEST, "boundary": estate.BOUNDARY}, True),
        ({"sha256": DIGEST, "arn": ARN_OF_AWS, "boundary": estate.BOUNDARY}, True),
    ],
)
def test_an_exception_names_a_digest_or_an_arn_with_a_boundary(
    document: dict[str, str], complains: bool
) -> None:
    entry = {"policy": "role-cannot-escalate", "type": estate.ROLE, "name": "x", **document}
    read = read_exception({**entry, "reason": "y", "approver": "z", "expires": str(TODAY)})
    said = "It lacks sha256, or arn and boundary for a policy of AWS's."
    assert read.errors == ((said,) if complains else ())


@pytest.mark.parametrize(("keys", "last"), [(20, "is no key k19."), (22, "are 2 further errors.")])
def test_an_exception_with_many_errors_says_the_first_20(keys: int, last: str) -> None:
    entry = {"policy": "trust-plain", "type": estate.ROLE, "name": "x", "sha256": DIGEST}
    filled = {**entry, "reason": "y", "approver": "z", "expires": str(TODAY)}
    errors = read_exception({**filled, **{f"k{n}": "" for n in range(keys)}}).errors
    assert len(errors) == min(keys, 21)
    assert errors[-1] == f"There {last}"


def test_no_exception_covers_what_has_no_document() -> None:
    exception = AuditedException(expires=TODAY)
    assert exception.objection({}, TODAY) == "does not apply: nobody can audit this"


def test_an_exception_says_all_that_is_malformed(pack: Pack) -> None:
    entry = proposal(pack, wide_role()) | {"approver": "", "reason": ""}
    [sentence] = blocked(pack, entry, wide_role())
    assert sentence.endswith(
        ' is malformed: reason is "". Write why it is tolerated. approver is "". Write who answers '
        "for it."
    )


def test_the_digest_is_that_of_canonical_json() -> None:
    """It stays what it is from version to version: each change voids everybody's exceptions."""
    document = {"Version": "2012-10-17", "Statement": []}
    assert identity(document) == identity(json.dumps(document, indent=2))
    assert identity(document)["sha256"][:8] == "a48803b7"
    assert identity(document, ARN_OF_AWS)["sha256"][:8] == "e070b4b8"
    assert identity("{") != identity("[") != identity(document)
    assert identity({"a": TODAY}) == identity({"a": str(TODAY)})


def test_the_proposal_keeps_the_letters_of_a_name() -> None:
    assert '"name": "caf\u00e9"' in proposed("trust-plain", estate.ROLE, "caf\u00e9", {})


def test_every_error_of_a_malformed_exception_is_listed(pack: Pack) -> None:
    entry = proposal(pack, wide_role()) | {"approver": "", "reason": ""}
    assert [found.sentence for found in reviewed(pack, entry, estate.role())] == [
        'exceptions[0]: malformed. reason is "". Write why it is tolerated. approver is "". Write '
        "who answers for it. It applies to nothing. Mend it or remove it."
    ]


def test_an_exception_after_many_malformed_ones_is_listed(pack: Pack) -> None:
    entry = proposal(pack, wide_role())
    stack = pack.configured({"exceptions": ["nothing"] * 22 + [entry]})
    found = pack.judge_stack(estate.compliant(wide_role()), stack)
    said = [each.sentence for each in found if each.policy == ID]
    assert len(said) == 20 + 1 + 1
    assert any(each.startswith("exceptions[22] of trust-subject-pinned") for each in said)
    assert (
        "exceptions: 2 further ones are malformed. They apply to nothing. Mend them or remove them."
    ) in said


def test_an_exception_for_what_nobody_can_audit_is_not_in_use(pack: Pack) -> None:
    role = estate.role(assumeRolePolicy=estate.document(OPEN))
    text = role.properties["assumeRolePolicy"]
    entry = {**proposal(pack, wide_role()), **identity(text)}
    [violation] = reviewed(pack, entry, role)
    assert ": not in use. " in violation.sentence
    [sentence] = blocked(pack, entry, role)
    assert sentence.startswith("OPEN: statement 1: ")


def test_roles_of_others_are_no_obstacle_to_the_review(pack: Pack) -> None:
    service = {
        "Effect": "Allow",
        "Principal": {"Service": "lambda.amazonaws.com"},
        "Action": "sts:AssumeRole",
    }
    other = estate.role("other", assumeRolePolicy=estate.document(service))
    stack = pack.configured({"exceptions": [proposal(pack, wide_role())]})
    found = pack.judge_stack(estate.compliant(wide_role(), other), stack)
    [said] = [each.sentence for each in found if each.policy == ID]
    assert said.startswith(f"{WHERE}: in use up to ")


@pytest.mark.parametrize("others", [[], [shown(estate.allow("ec2:*", "*"), arn="")]])
def test_what_the_stack_writes_is_named_by_its_document_alone(
    pack: Pack, others: list[Declared]
) -> None:
    managed = Declared(
        "aws:iam/policy:Policy", "wide", {"name": "wide", "policy": ANY_BUCKET.properties["policy"]}
    )
    attached = ATTACHED.but(policyArn="arn:aws:iam::222222222222:policy/wide")
    for granted in ([ANY_BUCKET], [managed, attached]):
        [violation] = of_stack(pack, estate.compliant(*granted, *others), "unconfigured")
        assert violation.policy == "role-permissions-scoped"
        assert violation.proposed.items() >= identity(ANY_BUCKET.properties["policy"]).items()
