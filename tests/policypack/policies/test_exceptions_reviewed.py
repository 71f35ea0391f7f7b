"""The policy exceptions-reviewed and what exceptions do, run by the pack's analyzer."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.policypack import estate
from tests.policypack.analyzer import Declared, Pack, Violation

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


def exception(**changes: object) -> dict[str, object]:
    whole = {
        "policy": "trust-subject-pinned",
        "type": estate.ROLE,
        "name": estate.DEPLOY,
        "verdict": "REPOSITORY-WIDE",
        "subjects": [WIDE],
        "reason": "a shared role that reads",
        "approver": "mona",
        "expires": str(TODAY + timedelta(days=30)),
        **changes,
    }
    return {key: value for key, value in whole.items() if value is not None}


def blocked(pack: Pack, entry: object, role: Declared) -> list[str]:
    """Return the sentences of trust-subject-pinned under one exception."""
    stack = pack.configured({"exceptions": [entry]})
    return pack.says("trust-subject-pinned", role, stack)


def reviewed(pack: Pack, entry: object, role: Declared) -> list[Violation]:
    """Return what exceptions-reviewed says of one exception."""
    stack = pack.configured({"exceptions": [entry]})
    found = pack.judge_stack(estate.compliant(role), stack)
    return [violation for violation in found if violation.policy == ID]


@pytest.mark.parametrize("days", [0, 30])
def test_exception_tolerates_what_it_names_and_is_listed(pack: Pack, days: int) -> None:
    day = TODAY + timedelta(days=days)
    entry = exception(expires=str(day))
    assert blocked(pack, entry, wide_role()) == []
    assert reviewed(pack, entry, wide_role()) == [
        Violation(
            ID,
            "advisory",
            estate.DEPLOY,
            f"{WHERE}: in use, REPOSITORY-WIDE is tolerated up to {day}, {days} days from now, "
            'approved by mona: "a shared role that reads". Remove it once the reason is gone.',
        )
    ]


@pytest.mark.parametrize(
    ("changes", "objection"),
    [
        ({"expires": "2020-02-29"}, "expired on 2020-02-29"),
        ({"verdict": "ANY-BRANCH"}, "tolerates ANY-BRANCH, not REPOSITORY-WIDE"),
        ({"subjects": ["repo:acme/storefront:ref:*"]}, f'does not name "{WIDE}"'),
        ({"reason": None}, "is malformed: It lacks reason"),
        ({"approver": " "}, "is malformed: It lacks approver"),
        ({"expires": "soon"}, 'is malformed: expires is "soon", no day like 2027-03-31'),
        (
            {"subjects": []},
            "is malformed: It lacks subjects, a list of the subjects as the trust "
            "policy writes them",
        ),
        ({"ticket": "1"}, "is malformed: There is no key ticket"),
    ],
)
def test_exception_that_does_not_apply_is_named_in_the_violation(
    pack: Pack, changes: dict[str, object], objection: str
) -> None:
    stack = pack.configured({"exceptions": [exception(**changes)]})
    [sentence] = pack.says("trust-subject-pinned", wide_role(), stack)
    assert sentence.startswith("REPOSITORY-WIDE: statement 1: ")
    assert sentence.endswith(
        f" The exception for it in policypack/config/{stack}.json {objection}."
    )


@pytest.mark.parametrize(
    "changes",
    [
        {"name": "another"},
        {"type": "aws-native:iam:Role"},
        {"policy": "trust-effective", "verdict": "DEAD"},
    ],
)
def test_exception_for_something_else_is_not_mentioned(
    pack: Pack, changes: dict[str, object]
) -> None:
    [sentence] = blocked(pack, exception(**changes), wide_role())
    assert "exception" not in sentence


def test_wider_trust_than_the_exception_names_is_blocked(pack: Pack) -> None:
    [sentence] = blocked(pack, exception(), wide_role(WIDE, "repo:acme/storefront-*:*"))
    assert sentence.startswith("SIBLING-REPOSITORY: ")
    assert "tolerates REPOSITORY-WIDE, not SIBLING-REPOSITORY." in sentence


def test_second_statement_without_subject_is_blocked(pack: Pack) -> None:
    first = estate.statement(
        ("StringEquals", estate.pinned(sub=None)),
        ("StringLike", {f"{estate.ISSUER}:sub": [WIDE]}),
    )
    second = estate.statement(("StringEquals", estate.pinned(sub=None)))
    role = estate.role(assumeRolePolicy=estate.document(first, second))
    [sentence] = blocked(pack, exception(), role)
    assert sentence.startswith("REPOSITORY-WIDE: statement 2: ")
    assert "names subjects, and this trust policy has none." in sentence


@pytest.mark.parametrize(
    ("policy", "verdict", "error"),
    [
        ("trust-subject-pinned", "OPEN", "trust-subject-pinned has no exceptions for OPEN."),
        (
            "trust-subject-pinned",
            "LOOKALIKE-OWNER",
            "trust-subject-pinned has no exceptions for LOOKALIKE-OWNER.",
        ),
        ("trust-readable", "UNKNOWN", "trust-readable has no exceptions."),
        ("role-boundary-required", "OPEN", "role-boundary-required has no exceptions."),
    ],
)
def test_what_nobody_can_audit_has_no_exception(
    pack: Pack, policy: str, verdict: str, error: str
) -> None:
    [violation] = reviewed(pack, exception(policy=policy, verdict=verdict), estate.role())
    assert violation.sentence == (
        f"exceptions[0]: malformed. {error} It applies to nothing. Mend it or remove it."
    )


def test_dead_and_shared_roles_can_be_excepted(pack: Pack) -> None:
    dead = estate.role(assumeRolePolicy=estate.trust(sub="repo:acme/*"))
    entry = exception(policy="trust-effective", verdict="DEAD", subjects=["repo:acme/*"])
    stack = pack.configured({"exceptions": [entry]})
    assert pack.says("trust-effective", dead, stack) == []
    both = estate.subjects("environment:production") + estate.subjects("environment:staging")
    shared = estate.role(assumeRolePolicy=estate.trust(sub=both))
    entry = exception(policy="trust-serves-one-context", verdict="EXACT", subjects=both)
    stack = pack.configured({"exceptions": [entry]})
    assert pack.says("trust-serves-one-context", shared, stack) == []


@pytest.mark.parametrize(
    ("entry", "sentence"),
    [
        (exception(), f"{WHERE}: not in use. It may come to hide a mistake. Remove it."),
        (
            exception(name="gone"),
            'exceptions[0] of trust-subject-pinned for "gone": not in use. It may come to hide a '
            "mistake. Remove it.",
        ),
        (
            exception(expires="2020-02-29"),
            f"{WHERE}: not in use since it expired. It may come to hide a mistake. Remove it.",
        ),
        (
            "nothing",
            "exceptions[0]: malformed. It is no object. It applies to nothing. Mend it or remove "
            "it.",
        ),
    ],
)
def test_unused_exception_is_listed(pack: Pack, entry: object, sentence: str) -> None:
    assert [found.sentence for found in reviewed(pack, entry, estate.role())] == [sentence]
