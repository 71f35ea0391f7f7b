"""A stack: the owner, the account and the region, and what applies to all of its repositories."""

from collections.abc import Container, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Annotated, Literal, Self

from pydantic import ConfigDict, Field, model_validator

from keyless.estate.issuer import GITHUB_COM, Issuer
from keyless.estate.naming import BOUNDARY_NAME
from keyless.estate.presets.managed_policy import ManagedPolicy
from keyless.estate.settings.model import Listed, Model
from keyless.estate.settings.repository import Repository
from keyless.estate.values.aws import (
    AccountId,
    IssuerUrl,
    PolicyArn,
    PolicyTarget,
    ProviderArn,
    Region,
    SessionMinutes,
    StackPath,
    TagKey,
    TagValue,
)
from keyless.estate.values.checked import NOT_EMPTY, REPEAT_FREE, Checked
from keyless.estate.values.github import Id, Owner, RepositoryName
from keyless.facts import Partition, partition_of
from keyless.text.sentences import joined

_CREATE_OR_ARN = (
    "says {found}. Either the stack creates it, or it exists and is named. "
    "Write {{create: true}} or {{arn: ARN}}."
)


class _CreatedOrReferenced(Model):
    """Something that the stack creates, or that exists already and is only referenced."""

    model_config = ConfigDict(json_schema_extra={"minProperties": 1, "maxProperties": 1})

    create: bool | None = Field(
        default=None,
        description="true: the stack creates and keeps it.",
        examples=[True],
        json_schema_extra={"const": True},
    )

    @model_validator(mode="after")
    def _says_one(self) -> Self:
        arn = getattr(self, "arn", None)
        if self.create is not None and arn is not None:
            raise ValueError(_CREATE_OR_ARN.format(found="both create and arn"))
        if not self.create and arn is None:
            found = "neither create nor arn" if self.create is None else "create: false"
            raise ValueError(_CREATE_OR_ARN.format(found=found))
        return self


class OidcProvider(_CreatedOrReferenced):
    """The account's OIDC provider for the issuer; an account has one."""

    arn: ProviderArn | None = Field(
        default=None,
        description="The provider that exists already: referenced, never managed.",
        examples=["arn:aws:iam::222222222222:oidc-provider/token.actions.githubusercontent.com"],
    )


class PermissionsBoundary(_CreatedOrReferenced):
    """What no role of the stack can exceed, whatever its permissions say."""

    arn: PolicyArn | None = Field(
        default=None,
        description="The boundary that exists already: referenced, never managed.",
        examples=["arn:aws:iam::222222222222:policy/keyless/keyless-boundary"],
    )


def _is_created(create: bool) -> bool:
    if not create:
        raise ValueError(
            "false. The policy is there only where a stack creates it. Write true, or leave "
            "keyless:guardrail out."
        )
    return create


class Guardrail(Model):
    """The organisation's resource control policy that refuses every other owner's tokens."""

    create: Annotated[bool, Checked(_is_created, {"const": True})] = Field(
        description="true: the stack creates the policy and keeps it.", examples=[True]
    )
    targets: Annotated[Listed[PolicyTarget], NOT_EMPTY, REPEAT_FREE] = Field(
        description="Where it applies: ids of the root, of organizational units or of accounts.",
        examples=[["r-ab12"]],
    )
    owners: Mapping[Owner, Id] = Field(
        default_factory=dict,
        description="Owners to keep beside the stack's own, each with its number.",
        examples=[{"acme-labs": 9920}],
    )


class Defaults(Model):
    """Defaults for every role that does not say otherwise."""

    session_minutes: SessionMinutes = Field(
        default=60, description="How long a session lasts, 15 to 720 minutes.", examples=[60]
    )
    role_path: StackPath = Field(
        default="/keyless/",
        description="The path of the boundary, and of every role that has none of its own.",
        examples=["/keyless/"],
    )
    tags: Mapping[TagKey, TagValue] = Field(
        default_factory=dict, description="Tags of every role.", examples=[{"team": "platform"}]
    )


class StackConfig(Model):
    """The config of a stack, as far as this project reads it; `repositories` may be catalogued."""

    owner: Owner = Field(
        alias="github:owner",
        description="The GitHub organisation or user that owns the repositories.",
        examples=["acme"],
    )
    region: Region = Field(
        alias="aws:region",
        description="The region of the roles' work, unless an environment says another.",
        examples=["eu-west-1"],
    )
    accounts: Annotated[Listed[AccountId], NOT_EMPTY] = Field(
        alias="aws:allowedAccountIds",
        description="The one AWS account of the stack; any other is refused.",
        examples=[["222222222222"]],
        json_schema_extra={"maxItems": 1},
    )
    owner_id: Id = Field(
        alias="keyless:owner_id",
        description="The owner's number. Trust follows it, never the name alone.",
        examples=[9919],
    )
    issuer: IssuerUrl = Field(
        default=GITHUB_COM,
        alias="keyless:issuer",
        description="The issuer of the tokens: github.com, an enterprise's own, data residency "
        "or Enterprise Server.",
        examples=[GITHUB_COM],
    )
    oidc_provider: OidcProvider = Field(
        default=OidcProvider(create=True),
        alias="keyless:oidc_provider",
        description="The account's OIDC provider: created by this stack, or referenced.",
        examples=[{"create": True}],
    )
    permissions_boundary: PermissionsBoundary = Field(
        default=PermissionsBoundary(create=True),
        alias="keyless:permissions_boundary",
        description="The boundary of every role: created by this stack, or referenced.",
        examples=[{"create": True}],
    )
    guardrail: Guardrail | None = Field(
        default=None,
        alias="keyless:guardrail",
        description="The organisation's policy that keeps other owners out of every role below "
        "its targets; for the stack of the management account.",
        examples=[{"create": True, "targets": ["r-ab12"]}],
    )
    defaults: Defaults = Field(
        default=Defaults(),
        alias="keyless:defaults",
        description="Defaults for every role that does not say otherwise.",
        examples=[{"session_minutes": 60}],
    )
    static_keys: Literal["report", "refuse"] = Field(
        default="report",
        alias="keyless:static_keys",
        description="Secrets that look like AWS keys: report them at preview, or refuse to go on.",
        examples=["refuse"],
    )
    catalogue: Annotated[Listed[str], NOT_EMPTY, REPEAT_FREE] = Field(
        default=(),
        alias="keyless:catalogue",
        description="YAML files with the repositories, relative to the project.",
        examples=[["catalogue/storefront.yaml"]],
    )
    repositories: Mapping[RepositoryName, Repository] = Field(
        default_factory=dict,
        alias="keyless:repositories",
        description="The repositories by name.",
        examples=[{"storefront": {"id": 811223344}}],
    )


@dataclass(frozen=True)
class Settings:
    """Everything that a stack's config and its catalogue say, checked as a whole.

    `places` has for each repository the place of its entry, for sentences about it.
    """

    stack: str
    config: StackConfig
    repositories: Mapping[str, Repository]
    places: Mapping[str, str]

    def without_rules(self, repositories: Container[str]) -> "Settings":
        """Return what comes of the settings where some repositories can have patterns alone.

        GitHub has no switch there that keeps administrators from bypassing rules, nor any rule.
        """
        changed = {
            key: repository.without_rules() if key in repositories else repository
            for key, repository in self.repositories.items()
        }
        return replace(self, repositories=changed)

    @property
    def looked_up_policies(self) -> tuple[str, ...]:
        """The ARNs of managed policies whose documents the policy pack is to see, in order."""
        permissions = (
            granted.permission
            for repository in self.repositories.values()
            for at in repository.contexts()
            for role in at.roles.values()
            for granted in role.granted()
        )
        found = {p.arn for p in permissions if isinstance(p, ManagedPolicy) and p.look_up and p.arn}
        return tuple(sorted(found))

    @property
    def owner(self) -> str:
        """The owner's login as it was typed; trust takes the letter case from GitHub."""
        return self.config.owner

    @property
    def owner_id(self) -> int:
        """The owner's number."""
        return self.config.owner_id

    @property
    def region(self) -> str:
        """The stack's region."""
        return self.config.region

    @property
    def account(self) -> str:
        """The one account of the stack, 12 digits."""
        return self.config.accounts[0]

    @cached_property
    def partition(self) -> Partition:
        """The partition that the region belongs to."""
        return partition_of(self.region)

    @cached_property
    def issuer(self) -> Issuer:
        """The issuer of the tokens."""
        return Issuer(self.config.issuer)

    @property
    def defaults(self) -> Defaults:
        """Defaults for every role that does not say otherwise."""
        return self.config.defaults

    @property
    def is_guardrail_alone(self) -> bool:
        """Whether the stack is for the guardrail alone, so that nothing is made for roles."""
        return self.config.guardrail is not None and not self.repositories

    @property
    def creates_oidc_provider(self) -> bool:
        """Whether the stack creates the OIDC provider; else an existing one is referenced."""
        return self.config.oidc_provider.arn is None and not self.is_guardrail_alone

    @property
    def oidc_provider_arn(self) -> str:
        """The provider's ARN, composed: a referenced one was checked to be the same."""
        return self.issuer.provider_arn(self.partition, self.account)

    @property
    def creates_permissions_boundary(self) -> bool:
        """Whether the stack creates the boundary; else an existing one is referenced."""
        return self.config.permissions_boundary.arn is None and not self.is_guardrail_alone

    @cached_property
    def permissions_boundary_arn(self) -> str:
        """The ARN of the stack's boundary, composed where the stack creates it."""
        referenced = self.config.permissions_boundary.arn
        path = self.defaults.role_path
        created = f"arn:{self.partition.name}:iam::{self.account}:policy{path}{BOUNDARY_NAME}"
        return referenced or created

    @property
    def refuses_static_keys(self) -> bool:
        """Whether leftover static keys are an error instead of a report."""
        return self.config.static_keys == "refuse"

    def place(self, repository: str, *keys: str | int) -> str:
        """Name the place of something in a repository's entry, for the head of a sentence."""
        return joined(self.places[repository], keys)
