"""Say of a given resource control policy whom it keeps out, and whether it holds.

Its Deny statements are put beside an Allow for every token of a provider, and the trust judge is
asked about tokens one by one: no second reading of conditions exists. The roles that are thought of
have no tags, so that what a policy makes an exception for by a tag is not excepted.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from keyless import facts
from keyless.estate.guardrail_document import ACTION, Owner
from keyless.rehearse.token import Form, Job, Repository
from keyless.trust import judge
from keyless.trust.conditions import Operator, read_operator

_ACCOUNT = "222222222222"
_ROLE_TAG = "aws:resourcetag/"
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

    Anybody who takes an owner's name can be recognised by the id alone: where AWS documents no key
    for it, no policy is asked to. Raises UnreadablePolicyError where a statement is not one that
    can be weighed.
    """
    denials = list(_denials(document))
    return tuple(
        replace(each, found="in" if _admits(denials, partition, claims) else "out")
        for each, claims in tokens_to_try(owners, issuer, partition)
    )


def _denials(document: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    if "Statement" not in document:
        raise UnreadablePolicyError(
            "no Statement. Without one it is no policy. Hand in the policy as AWS Organizations "
            "prints it."
        )
    for number, statement in enumerate(_listed(document["Statement"]), start=1):
        if not isinstance(statement, dict) or statement.get("Effect") not in ("Allow", "Deny"):
            raise UnreadablePolicyError(
                f"statement {number}: neither an Allow nor a Deny. AWS takes no such policy. Hand "
                "in the policy as AWS Organizations prints it."
            )
        if statement["Effect"] == "Deny":
            yield from _as_denial(number, statement)


def _as_denial(number: int, statement: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    principal, resource = statement.get("Principal"), statement.get("Resource")
    if "NotAction" in statement:
        raise UnreadablePolicyError(
            f"statement {number}: NotAction. What AWS adds tomorrow is refused too. Write "
            f'"Action": "{ACTION}".'
        )
    wrong = [key for key in ("NotPrincipal", "NotResource") if key in statement]
    wrong += ["Principal"] * ("NotPrincipal" not in wrong and not _is_everybody(principal))
    wrong += ["Resource"] * ("NotResource" not in wrong and resource not in ("*", ["*"]))
    if wrong:
        raise UnreadablePolicyError(
            f"statement {number}: {', '.join(wrong)}. Such a statement applies to some roles and "
            'not to others. Write "Principal": "*" and "Resource": "*".'
        )
    conditions = _without_tags(statement.get("Condition", {}))
    if conditions is not None:
        kept = {key: statement[key] for key in ("Effect", "Action") if key in statement}
        yield {**kept, "Principal": "*", "Condition": conditions}


def _is_everybody(principal: Any) -> bool:
    return principal in ("*", {"AWS": "*"}, {"AWS": ["*"]})


def _without_tags(written: Any) -> Any:
    """Return the conditions that remain for a role without tags, None where it is never denied.

    What is no block of conditions is left to the reader of statements.
    """
    if not isinstance(written, Mapping):
        return written
    left: dict[str, Any] = {}
    for name, keys in written.items():
        operator = read_operator(name)
        if operator is None or not isinstance(keys, Mapping):
            left[name] = keys
            continue
        of_tags = {key for key in keys if key.lower().startswith(_ROLE_TAG)}
        if any(not _passes_untagged(operator, keys[key]) for key in of_tags):
            return None
        if others := {key: value for key, value in keys.items() if key not in of_tags}:
            left[name] = others
    return left


def _passes_untagged(operator: Operator, values: Any) -> bool:
    if operator.base == "null":
        return any(str(value).lower() == "true" for value in _listed(values))
    return operator.passes_when_absent


def _listed(values: Any) -> list[Any]:
    return values if isinstance(values, list) else [values]


def _admits(
    denials: Sequence[Mapping[str, Any]], partition: str, claims: Mapping[str, str]
) -> bool:
    issuer = claims["iss"].removeprefix("https://")
    allow = {
        "Effect": "Allow",
        "Principal": {"Federated": facts.provider_arn(partition, _ACCOUNT, issuer)},
        "Action": ACTION,
    }
    document = {"Version": "2012-10-17", "Statement": [allow, *denials]}
    return judge(document).admits(claims)


def tokens_to_try(
    owners: Sequence[Owner], issuer: str, partition: str
) -> Iterator[tuple[Probe, Mapping[str, str]]]:
    """Yield each token with its claims, `iss` among them; its probe says what should happen."""
    has_ids = facts.documents_github_claims(issuer, partition)
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
    subject = "project_path:acme/storefront:ref_type:branch:ref:main"
    claims = {"iss": f"https://{_OTHER_ISSUER}", "aud": "https://gitlab.com", "sub": subject}
    yield Probe(f"a job of {_OTHER_ISSUER}", subject, "in", "in"), claims


def _token(
    who: str, repository: Repository, form: Form, issuer: str, wanted: Wanted
) -> tuple[Probe, Mapping[str, str]]:
    job = Job(repository=repository, event="push", ref="refs/heads/main", environment="production")
    claims = job.claims(form, issuer, facts.AWS.audience)
    return Probe(who, claims["sub"], wanted, wanted), {**claims, "iss": f"https://{issuer}"}
