"""What a comparison has to know of a stack as a whole: its owner, account and descriptions."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from keyless.command_line.errors import CommandError
from keyless.stack.printed import STREAMED_PREVIEW
from keyless.stack.resource import text_of
from keyless.stack.resources import StackResources
from keyless.stack.role import Approval, Role
from keyless.text.json_text import DECODER

_GITHUB, _AWS = "pulumi:providers:github", "pulumi:providers:aws"


@dataclass(frozen=True, kw_only=True)
class Estate:
    """One stack with its owner at GitHub, its account, and what the output `access` tells."""

    stack: StackResources
    owner: str
    account: str
    region: str | None
    described: tuple[Role, ...]

    @property
    def subjects(self) -> Mapping[str, frozenset[str]]:
        """Return by repository the subjects that its roles wait for."""
        found: dict[str, frozenset[str]] = {}
        for role in self.described:
            found[role.repository] = found.get(role.repository, frozenset()) | {*role.subjects}
        return found

    @property
    def owner_id(self) -> int | None:
        """The owner's pinned id, None where the output `access` is not there."""
        return next((role.owner_id for role in self.described), None)

    def role(self, name: str) -> Role | None:
        """Return what the output `access` tells of a role, by its name in IAM."""
        return next((role for role in self.described if role.role_name == name), None)

    def repository_id(self, repository: str) -> int | None:
        """Return the pinned id of a repository, None where it is not known."""
        found = (role.repository_id for role in self.described if role.repository == repository)
        return next(found, None)

    def approval(self, repository: str, environment: str) -> Approval | None:
        """Return whom an environment asks, by name."""
        context = f"environment/{environment}"
        return next(
            (
                role.approval
                for role in self.described
                if role.repository == repository and role.context == context
            ),
            None,
        )


def read_estate(stack: StackResources) -> Estate:
    """Return what a comparison needs, the resources by name: a state keeps them as they were made.

    Raises CommandError where the stack does not tell it.
    """
    described = stack.described
    owner = _first(stack, _GITHUB, "owner") or next((role.owner for role in described), None)
    account = _account(stack) or next((role.account for role in described), None)
    if (owner is None or account is None) and stack.kind == "preview":
        raise CommandError(
            f"{stack.label}: a preview without its outputs. It tells neither the GitHub owner nor "
            f"the AWS account. Take it anew with: {STREAMED_PREVIEW}."
        )
    if owner is None or account is None:
        raise CommandError(
            f"{stack.label}: neither a GitHub owner nor an AWS account in it. There is nothing to "
            "compare. Name a stack of this project, or hand in its export."
        )
    in_order = tuple(sorted(stack.resources, key=lambda resource: resource.name))
    region = _first(stack, _AWS, "region") or next((role.region for role in described), None)
    return Estate(
        stack=replace(stack, resources=in_order),
        owner=owner,
        account=account,
        region=region,
        described=described,
    )


def _first(stack: StackResources, kind: str, name: str) -> str | None:
    values = (text_of(provider.inputs, name) for provider in stack.of_type(kind))
    return next((value for value in values if value), None)


def _account(stack: StackResources) -> str | None:
    """Return the one account that the provider may open, whose ids it keeps as JSON."""
    try:
        allowed = DECODER.decode(_first(stack, _AWS, "allowedAccountIds") or "[]")
    except (ValueError, RecursionError):
        return None
    return str(allowed[0]) if isinstance(allowed, list) and len(allowed) == 1 else None
