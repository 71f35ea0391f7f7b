"""Compare roles with what IAM contains: who may become them, and what they may do."""

import json
import shlex
from collections.abc import Collection, Iterator, Mapping

from keyless.drift.account_reader import LiveRole
from keyless.drift.described_trust import described_trust
from keyless.drift.estate import Estate
from keyless.drift.finding import Finding, pulumi_import, pulumi_up
from keyless.stack.policy_document import same_policy
from keyless.stack.resource import StackResource, text_of
from keyless.trust import judge

ROLE = "aws:iam/role:Role"
INLINE_POLICY = "aws:iam/rolePolicy:RolePolicy"
ATTACHMENT = "aws:iam/rolePolicyAttachment:RolePolicyAttachment"
_SHORTEST_MAXIMUM = 3600
"""Seconds; AWS takes no shorter maximum for a role, however short its jobs' sessions are."""


def role_name(resource: StackResource) -> str:
    """Return the name of a role in IAM."""
    return text_of(resource.inputs, "name") or resource.id or resource.name


def compare_role(
    estate: Estate, resource: StackResource, live: LiveRole | None
) -> Iterator[Finding]:
    """Yield how one role differs from what the stack says of it."""
    name = role_name(resource)
    repair = pulumi_up(estate.stack)
    if live is None:
        if not resource.is_new:
            why = "Jobs that want to become it are refused"
            yield Finding(
                kind="role-gone",
                where=resource.name,
                found=f"no role {name} in IAM",
                why=why,
                repair=repair,
            )
        return
    if resource.is_new:
        yield Finding(
            kind="exists-already",
            where=resource.name,
            found=f"a role {name} is there, and the stack does not manage it",
            why="The next `up` cannot create it",
            repair=pulumi_import(estate.stack, resource, name),
        )
        return
    yield from _trust(estate, resource, live)
    yield from _boundary(estate, resource, live)
    yield from _inline(estate, resource, live)
    yield from _attached(estate, resource, live)


def forgotten_roles(estate: Estate, own: Collection[str]) -> Iterator[Finding]:
    """Yield the roles that the output `access` names and the stack no longer contains."""
    for role in estate.described:
        if role.role_name not in own:
            yield Finding(
                kind="role-forgotten",
                where=f"{role.full_name} {role.context} {role.function}",
                found=f"the output `access` lists the role {role.role_name}, the state does not",
                why="Somebody deleted it, and a refresh took that in; or an `up` did not end",
                repair=pulumi_up(estate.stack),
            )


def compare_session(
    estate: Estate, resource: StackResource, seconds: Mapping[str, int]
) -> Iterator[Finding]:
    """Yield whether sessions of a role may last longer or shorter than the stack says."""
    live, wanted = seconds.get(role_name(resource)), resource.inputs.get("maxSessionDuration")
    described = estate.role(role_name(resource))
    if described is not None and live == wanted:
        wanted = max(_SHORTEST_MAXIMUM, described.session_minutes * 60)
    if live is None or not isinstance(wanted, int | float) or live == wanted or resource.is_new:
        return
    yield Finding(
        kind="session",
        where=resource.name,
        found=f"a session may last {live} seconds, not {wanted:.0f}",
        why="Leaked credentials work for longer"
        if live > wanted
        else "Jobs that ask for as long as the stack says are refused",
        repair=pulumi_up(estate.stack),
    )


def further_roles(
    roles: Mapping[str, LiveRole], own: frozenset[str], issuers: frozenset[str]
) -> Iterator[Finding]:
    """Yield the roles that trust an issuer of the stack and are none of its own."""
    for name in sorted(set(roles) - own):
        judgement = judge(roles[name].trust)
        if not issuers & set(judgement.issuers):
            continue
        shown = f"aws iam get-role --role-name {shlex.quote(name)}"
        yield Finding(
            kind="further-role",
            where=roles[name].arn,
            found=f"it trusts GitHub too, {judgement.verdict}: {judgement.reason}",
            why="The stack does not manage it, so neither policy pack nor reviewers saw it",
            repair=f"{shown} | keyless audit -",
        )


def _trust(estate: Estate, resource: StackResource, live: LiveRole) -> Iterator[Finding]:
    """Compare with the state, and with what a refresh leaves alone: the output `access`."""
    described = estate.role(live.name)
    if not same_policy(live.trust, resource.inputs.get("assumeRolePolicy")):
        found, why = "was edited", "Others than the stack says may become the role"
    elif described is not None and not same_policy(live.trust, described_trust(described)):
        found = "is not what the output `access` says"
        why = "A refresh took in what somebody edited, or an `up` did not end"
    else:
        return
    judgement = judge(live.trust)
    said = f"its trust policy {found}, and is {judgement.verdict} now: {judgement.reason}"
    yield Finding(
        kind="trust-edited",
        where=resource.name,
        found=said,
        why=why,
        repair=pulumi_up(estate.stack),
    )


def _boundary(estate: Estate, resource: StackResource, live: LiveRole) -> Iterator[Finding]:
    """Compare the boundary; none is what no role of the output `access` has."""
    wanted = text_of(resource.inputs, "permissionsBoundary") or None
    missing = live.boundary is None and estate.role(live.name) is not None
    if wanted == live.boundary and not missing:
        return
    instead = f", not {wanted or 'none'}" if wanted != live.boundary else ""
    found = f"its permissions boundary is {live.boundary or 'gone'}{instead}"
    why = "What the role can do at most is not what was reviewed"
    yield Finding(
        kind="boundary", where=resource.name, found=found, why=why, repair=pulumi_up(estate.stack)
    )


def _inline(estate: Estate, resource: StackResource, live: LiveRole) -> Iterator[Finding]:
    name = role_name(resource)
    wanted = {
        text_of(own.inputs, "name") or (own.id or "").partition(":")[2]: own
        for own in estate.stack.of_type(INLINE_POLICY)
        if text_of(own.inputs, "role") == name
    }
    for policy, own in wanted.items():
        if own.is_new:
            continue
        reviewed = own.inputs.get("policy")
        if policy not in live.inline:
            state, repair = "is gone", pulumi_up(estate.stack)
        elif not same_policy(live.inline[policy], reviewed):
            state, repair = "was edited", _written_back(name, policy, reviewed)
        else:
            continue
        found = f"its inline policy {json.dumps(policy)} {state}"
        why = "What the role may do is not what was reviewed"
        yield Finding(kind="inline-policy", where=own.name, found=found, why=why, repair=repair)
    for policy in sorted(set(live.inline) - set(wanted)):
        yield Finding(
            kind="inline-policy-added",
            where=resource.name,
            found=f"an inline policy {json.dumps(policy)} that the stack does not have",
            why="The role may do more than was reviewed",
            repair=shlex.join(
                ["aws", "iam", "delete-role-policy", "--role-name", name, "--policy-name", policy]
            ),
        )


def _written_back(role: str, policy: str, document: object) -> str:
    """Return the command that puts a document back before `pulumi up --refresh` reads it.

    A refresh takes into the role what a hand wrote, and the policy pack judges that.
    """
    text = document if isinstance(document, str) else json.dumps(document)
    words = ["aws", "iam", "put-role-policy", "--role-name", role, "--policy-name", policy]
    return shlex.join([*words, "--policy-document", text])


def _attached(estate: Estate, resource: StackResource, live: LiveRole) -> Iterator[Finding]:
    name = role_name(resource)
    wanted = {
        text_of(own.inputs, "policyArn"): own
        for own in estate.stack.of_type(ATTACHMENT)
        if text_of(own.inputs, "role") == name
    }
    for arn, own in wanted.items():
        if arn and arn not in live.attached and not own.is_new:
            found, why = f"{arn} is not attached", "Jobs lack what the stack gives them"
            yield Finding(
                kind="policy-detached",
                where=own.name,
                found=found,
                why=why,
                repair=pulumi_up(estate.stack),
            )
    for arn in sorted(live.attached - {arn for arn in wanted if arn}):
        yield Finding(
            kind="policy-attached",
            where=resource.name,
            found=f"{arn} is attached, which the stack does not have",
            why="The role may do more than was reviewed",
            repair=shlex.join(
                ["aws", "iam", "detach-role-policy", "--role-name", name, "--policy-arn", arn]
            ),
        )
