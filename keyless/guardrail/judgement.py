"""Say of a given resource control policy whom it keeps out, and whether it holds.

Its Deny statements are put beside an Allow for every token of a provider, and the trust judge is
asked about tokens one by one: no second reading of conditions exists.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from keyless import facts
from keyless.guardrail.policy import ACTION, Owner
from keyless.rehearse.token import Form, Job, Repository
from keyless.trust import judge

_ACCOUNT = "222222222222"
_STRANGER = Repository("mallory", "66000006", "pipelines", "990000009")
_OTHER_ISSUER = "gitlab.com"
_FORMS: Mapping[Form, str] = {
    "name": f"a repository from before {facts.IMMUTABLE_SINCE}",
    "immutable": f"a repository made, renamed or transferred after {facts.IMMUTABLE_SINCE}",
}

Wanted = Literal["in", "out"]


class UnreadablePolicyError(Exception):
    """A policy that is none, or whose statements nobody can weigh, in a sentence."""


@dataclass(frozen=True)
class Probe:
    """One token that was tried: who has it, what should happen to it, and what does."""

    who: str
    subject: str
    wanted: Wanted
    found: Wanted

    @property
    def is_right(self) -> bool:
        """Whether the policy does what it should."""
        return self.wanted == self.found


def probe(
    document: Mapping[str, Any], owners: Sequence[Owner], issuer: str, partition: str
) -> tuple[Probe, ...]:
    """Try a policy with tokens of the owners, of strangers and of another issuer.

    Whoever takes an owner's name can be told apart by the id alone: where AWS documents no key for
    it, no policy is asked to. Raises UnreadablePolicyError where a statement is not one that can
    be weighed.
    """
    denials = list(_denials(document))
    has_ids = facts.documents_github_claims(issuer, partition)
    return tuple(
        replace(each, found="in" if _admits(denials, partition, each.subject, claims) else "out")
        for each, claims in _tokens(owners, issuer, has_ids=has_ids)
    )


def _denials(document: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    statements = document.get("Statement")
    listed = statements if isinstance(statements, list) else [statements]
    for number, statement in enumerate(listed, start=1):
        if not isinstance(statement, dict) or statement.get("Effect") not in {"Allow", "Deny"}:
            raise UnreadablePolicyError(
                f"statement {number}: neither an Allow nor a Deny. AWS takes no such policy. Hand "
                "in the policy as AWS Organizations prints it."
            )
        if statement["Effect"] == "Deny":
            yield _as_denial(number, statement)


def _as_denial(number: int, statement: Mapping[str, Any]) -> Mapping[str, Any]:
    principal, resource = statement.get("Principal"), statement.get("Resource")
    unweighed = statement.keys() & {"NotAction", "NotPrincipal", "NotResource"}
    if unweighed or principal not in ("*", {"AWS": "*"}) or resource not in ("*", ["*"]):
        what = sorted(unweighed) or ["Principal" if principal != "*" else "Resource"]
        raise UnreadablePolicyError(
            f"statement {number}: {', '.join(what)}. Such a statement holds for some roles and not "
            'for others. Write "Principal": "*" and "Resource": "*".'
        )
    kept = {key: statement[key] for key in ("Effect", "Action", "Condition") if key in statement}
    return {**kept, "Principal": "*"}


def _admits(
    denials: Sequence[Mapping[str, Any]], partition: str, subject: str, claims: Mapping[str, str]
) -> bool:
    issuer = claims["iss"].removeprefix("https://")
    allow = {
        "Effect": "Allow",
        "Principal": {"Federated": facts.provider_arn(partition, _ACCOUNT, issuer)},
        "Action": ACTION,
    }
    document = {"Version": "2012-10-17", "Statement": [allow, *denials]}
    return judge(document).admits({**claims, "sub": subject})


def _tokens(
    owners: Sequence[Owner], issuer: str, *, has_ids: bool
) -> Iterator[tuple[Probe, Mapping[str, str]]]:
    for owner in owners:
        own = Repository(owner.login, str(owner.id), "storefront", "811223344")
        alike = replace(_STRANGER, owner=f"{owner.login}-inc", name=own.name)
        heir = replace(_STRANGER, owner=owner.login, name=own.name)
        for form, what in _FORMS.items():
            yield _token(f"{owner.login}, {what}", own, form, issuer, "in")
            yield _token(f"{alike.owner}, a stranger, {what}", alike, form, issuer, "out")
            if has_ids or form == "immutable":
                who = f"a stranger who took the name {owner.login}, {what}"
                yield _token(who, heir, form, issuer, "out")
    for form, what in _FORMS.items():
        yield _token(f"a stranger, {what}", _STRANGER, form, issuer, "out")
    claims = {"iss": f"https://{_OTHER_ISSUER}", "aud": "https://gitlab.com"}
    subject = "project_path:acme/storefront:ref_type:branch:ref:main"
    yield Probe(f"a job of {_OTHER_ISSUER}", subject, "in", "in"), claims


def _token(
    who: str, repository: Repository, form: Form, issuer: str, wanted: Wanted
) -> tuple[Probe, Mapping[str, str]]:
    job = Job(repository, "push", "refs/heads/main", "production")
    claims = job.claims(form, issuer, facts.AWS.audience)
    return Probe(who, claims["sub"], wanted, wanted), {**claims, "iss": f"https://{issuer}"}
