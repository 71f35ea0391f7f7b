"""Compare what the roles rest on: the OIDC provider's audiences and the boundary's document."""

import json
import shlex
from collections.abc import Iterator

from keyless.drift.account_reader import AccountReader
from keyless.drift.estate import Estate
from keyless.drift.finding import Finding, pulumi_import, pulumi_up
from keyless.facts import sts_audience
from keyless.stack.policy_document import same_policy
from keyless.stack.resource import StackResource, text_of

PROVIDER = "aws:iam/openIdConnectProvider:OpenIdConnectProvider"
MANAGED_POLICY = "aws:iam/policy:Policy"


def compare_provider(
    estate: Estate, arn: str, resource: StackResource | None, account: AccountReader
) -> Iterator[Finding]:
    """Yield how an OIDC provider differs; `resource` is None where the stack only refers to it."""
    where = resource.name if resource else arn
    live = account.audiences(arn)
    if resource and resource.is_new:
        if live is not None:
            yield Finding(
                kind="exists-already",
                where=where,
                found=f"{arn} is there, and the stack does not manage it",
                why="The next `up` cannot create it, and other roles of the account may need it",
                repair=pulumi_import(estate.stack, resource, arn),
            )
        return
    if live is None:
        why = "No role that trusts GitHub can be assumed"
        repair = pulumi_up(estate.stack)
        yield Finding(
            kind="provider-gone", where=where, found=f"no {arn} in IAM", why=why, repair=repair
        )
        return
    wanted = _audiences(resource, arn)
    for audience in sorted(wanted - set(live)):
        found, why = f"it does not take the audience {json.dumps(audience)}", "Jobs are refused"
        repair = _client_id("add-client-id-to", arn, audience)
        yield Finding(kind="audience-missing", where=where, found=found, why=why, repair=repair)
    for audience in sorted(set(live) - wanted) if resource else ():
        found = f"it takes the audience {json.dumps(audience)} too"
        why = "Tokens that were asked for by and for somebody else count here"
        repair = _client_id("remove-client-id-from", arn, audience)
        yield Finding(kind="audience-added", where=where, found=found, why=why, repair=repair)


def compare_managed_policy(
    estate: Estate, resource: StackResource, account: AccountReader
) -> Iterator[Finding]:
    """Yield how a policy that the stack manages, such as the boundary, differs."""
    if resource.id is None:
        return
    live = account.policy(resource.id)
    if same_policy(live, resource.inputs.get("policy")):
        return
    state = "is gone" if live is None else "was edited"
    why = "It is the most that roles can do" if live is not None else "Roles rest on it"
    repair = pulumi_up(estate.stack)
    yield Finding(
        kind="managed-policy",
        where=resource.name,
        found=f"{resource.id} {state}",
        why=why,
        repair=repair,
    )


def _audiences(resource: StackResource | None, arn: str) -> set[str]:
    listed = resource.inputs.get("clientIdLists") if resource else None
    if isinstance(listed, list):
        return {str(audience) for audience in listed}
    return {sts_audience(arn.split(":")[1])}


def _client_id(what: str, arn: str, audience: str) -> str:
    return shlex.join(
        [
            *("aws", "iam", f"{what}-open-id-connect-provider"),
            *("--open-id-connect-provider-arn", arn, "--client-id", audience),
        ]
    )


def provider_url(resource: StackResource) -> str:
    """Return the issuer of a provider without its scheme."""
    return (text_of(resource.inputs, "url") or "").partition("://")[2]
