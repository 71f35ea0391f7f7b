"""What a stack tolerates of the policy pack, as its settings file says it.

The pack finds the file by itself; a command is given it, so that both judge by the same settings.
Exceptions are the pack's alone.
"""

import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    StrictBool,
    StrictInt,
    StrictStr,
    ValidationError,
)

from keyless import facts
from keyless.rules.issuers import ANOTHERS
from keyless.text.json_text import AMBIGUOUS, DuplicateKeyError, read_json

_LONGEST_QUOTED = 100

PACK_FOLDER = "policypack/config"
"""Where a project has the pack's settings, a file for each stack."""

MOST_EXCEPTIONS = 2_000
"""Exceptions of a stack: each of them is listed at each preview."""


class SettingsError(Exception):
    """A settings file is malformed: every error, a sentence each."""

    def __init__(self, errors: tuple[str, ...]) -> None:
        super().__init__("\n".join(errors))
        self.errors = errors


def _issuer(written: str) -> str:
    issuer = written.removeprefix("https://")
    if facts.form_of(issuer) is None:
        raise ValueError
    return issuer


def _other_issuer(written: str) -> str:
    issuer = written.removeprefix("https://")
    if facts.is_hosted_by_github(issuer):
        raise ValueError
    return issuer


_ACCOUNTS_POLICY = r"^arn:[a-z-]+:iam::[0-9]{12}:policy/[A-Za-z0-9_+=,.@/-]+$"
_ANY_POLICY = r"^arn:[a-z-]+:iam::([0-9]{12}|aws):policy/[A-Za-z0-9_+=,.@/-]+$"

_Text = Annotated[StrictStr, Field(pattern=r"[\p{L}\p{N}]")]
_RoleName = Annotated[StrictStr, Field(pattern=r"^[A-Za-z0-9_+=,.@-]{1,64}$")]
_Environment = Annotated[StrictStr, Field(pattern=r"^[A-Za-z0-9_.-]+/[^/\s*?][^*?\n]*$")]
_Bucket = Annotated[StrictStr, Field(pattern=r"^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$")]
_Issuer = Annotated[StrictStr, AfterValidator(_issuer)]
_OtherIssuer = Annotated[
    StrictStr,
    Field(pattern=f"^(https://)?{ANOTHERS}$"),
    AfterValidator(_other_issuer),
]


class Model(BaseModel):
    """An object of which no key is unknown."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class BoundaryForRoles(Model):
    """A permissions boundary that the stack does not create, and the roles that may have it."""

    arn: Annotated[StrictStr, Field(pattern=_ACCOUNTS_POLICY)]
    roles: tuple[_RoleName, ...] = Field(min_length=1)


class PolicyForRoles(Model):
    """A managed policy that the stack does not show, and the roles that may carry it."""

    arn: Annotated[StrictStr, Field(pattern=_ANY_POLICY)]
    roles: tuple[_RoleName, ...] = Field(min_length=1)


class ReviewEnvironment(Model):
    """An environment for pull requests, and what the names that they write begin with."""

    environment: _Environment
    name_prefix: Annotated[StrictStr, Field(pattern=r"^[a-z0-9][a-z0-9.-]{1,40}-$")]


class BucketForRoles(Model):
    """A bucket of state, and the roles that may be granted something on it."""

    bucket: _Bucket
    roles: tuple[_RoleName, ...] = Field(min_length=1)


REASON = "WHY"
"""What a sentence writes in place of a reason that only people know."""


def _filled_in(reason: str) -> str:
    """Refuse a reason that nobody wrote."""
    if reason.strip() == REASON:
        raise ValueError(reason)
    return reason


class AcceptedType(Model):
    """A resource that may be text to the pack, by type and name, and why."""

    type: _Text
    name: _Text
    reason: Annotated[_Text, AfterValidator(_filled_in)]


_OwnBoundary = Annotated[StrictStr, Field(pattern=_ACCOUNTS_POLICY)]


def setting(description: str, instead: str, **more: Any) -> Any:
    """Describe a setting, with the sentence that answers a wrong value."""
    return Field(description=description, json_schema_extra={"errorMessage": instead}, **more)


class Settings(Model):
    """What one stack tolerates; the defaults are the strictest."""

    max_session_minutes: Annotated[StrictInt, Field(ge=15, le=720)] = setting(
        "The longest session of a role.",
        "A session lasts 15 to 720 minutes. Write a whole number in that range.",
        default=60,
    )
    listed_boundaries: tuple[_OwnBoundary | BoundaryForRoles, ...] = setting(
        "The permissions boundaries that count. A bare ARN counts for every role, and only while "
        "the stack itself creates that policy. Without any entry every boundary counts.",
        "A boundary is a policy that an account manages, written whole. Write its ARN where the "
        'stack creates it, and {"arn": "ARN", "roles": ["ROLE_NAME"]} where it does not.',
        alias="boundaries",
        default=(),
    )
    listed_policies: tuple[PolicyForRoles, ...] = setting(
        "Managed policies that the stack does not show, for the roles that are named.",
        "What the stack does not show is for named roles alone. Write "
        '{"arn": "ARN", "roles": ["ROLE_NAME"]}, without wildcards.',
        alias="managed_policies",
        default=(),
    )
    unreviewed_environments: tuple[_Environment, ...] = setting(
        "Environments that may do without reviewers.",
        "An environment is named after its repository, without wildcards. Write "
        '"REPOSITORY/ENVIRONMENT".',
        default=(),
    )
    listed_review_environments: tuple[_Environment | ReviewEnvironment, ...] = setting(
        "Environments that pull requests deploy to, after a review, and the prefix of the names "
        "that they may write. Without a prefix the services alone are judged.",
        "An environment is named after its repository, without wildcards. Write "
        '{"environment": "REPOSITORY/ENVIRONMENT", "name_prefix": "PREFIX-"}.',
        alias="review_environments",
        default=(),
    )
    write_needs_environment: StrictBool = setting(
        "Whether a role that can change things must be reached through an environment.",
        "It is switched on or off. Write true or false.",
        default=True,
    )
    issuers: tuple[_Issuer, ...] = setting(
        "The issuers of your GitHub.",
        "An issuer of GitHub's has one of these forms. Write "
        + " or ".join(f'"{form.written}"' for form in facts.ISSUER_FORMS)
        + ", with your own names.",
        default=(facts.GITHUB_COM,),
        min_length=1,
    )
    other_issuers: tuple[_OtherIssuer, ...] = setting(
        "Issuers of other vendors that have the form of GitHub's Enterprise Server.",
        'An issuer is a host and a path, no host of GitHub\'s. Write "HOST/_services/token", or '
        "list an issuer of your GitHub under issuers.",
        default=(),
    )
    accepted_types: tuple[AcceptedType, ...] = setting(
        "Resources that are text to the pack, accepted by type and name.",
        'An accepted resource says which and why. Write {"type": "TYPE", "name": "NAME", '
        '"reason": "WHY"}.',
        default=(),
    )
    listed_buckets: tuple[_Bucket | BucketForRoles, ...] = setting(
        "Buckets with the state of stacks; the roles of the pipeline that read it are named.",
        "A bucket is named whole. Write its name, without an ARN, or "
        '{"bucket": "NAME", "roles": ["ROLE_NAME"]}.',
        alias="state_buckets",
        default=(),
    )
    trust_policy_characters: Annotated[StrictInt, Field(ge=2048, le=8192)] = setting(
        "The account's quota for the length of a trust policy, white space not counted.",
        "The quota is 2048 characters unless it is raised, and 8192 at most. Write a whole number "
        "in that range.",
        default=2048,
    )

    @property
    def review_environments(self) -> Mapping[str, str]:
        """Return the prefix of each environment for pull requests, empty where none is given."""
        return {
            **{each: "" for each in self.listed_review_environments if isinstance(each, str)},
            **{
                each.environment: each.name_prefix
                for each in self.listed_review_environments
                if isinstance(each, ReviewEnvironment)
            },
        }

    def accepts(self, kind: str, name: str) -> bool:
        """Say whether a resource that is text to the pack is accepted."""
        return any((each.type, each.name) == (kind, name) for each in self.accepted_types)

    @property
    def boundaries(self) -> tuple[str, ...]:
        """Return the ARNs of all boundaries that count for any role."""
        return tuple(each if isinstance(each, str) else each.arn for each in self.listed_boundaries)

    def boundaries_of(self, role_name: str, created: Collection[str]) -> tuple[str, ...]:
        """Return the ARNs of the boundaries that count for a role.

        `created` are those of the policies that the stack creates.
        """
        return tuple(
            each if isinstance(each, str) else each.arn
            for each in self.listed_boundaries
            if (each in created if isinstance(each, str) else role_name in each.roles)
        )

    def managed_policies_of(self, role_name: str) -> tuple[str, ...]:
        """Return the ARNs of the policies that a role may carry though the stack lacks them."""
        return tuple(each.arn for each in self.listed_policies if role_name in each.roles)

    def state_buckets_closed_to(self, role_name: str) -> tuple[str, ...]:
        """Return the buckets of state that a role may be granted nothing on."""
        return tuple(
            each if isinstance(each, str) else each.bucket
            for each in self.listed_buckets
            if isinstance(each, str) or role_name not in each.roles
        )


_FIELDS = {field.alias or name: field for name, field in Settings.model_fields.items()}
"""The settings by the names that a file has for them."""


@dataclass(frozen=True)
class SettingsFile:
    """What a settings file says; its exceptions are read one by one."""

    settings: Settings = field(default_factory=Settings)
    exceptions: tuple[object, ...] = ()


def settings_path(stack: str) -> str:
    """Return where a project has the pack's settings of a stack."""
    return f"{PACK_FOLDER}/{stack}.json"


def read_settings_file(content: bytes) -> SettingsFile:
    """Read a settings file. Raises SettingsError with every error, a sentence each."""
    try:
        return _read(read_json(content))
    except DuplicateKeyError as error:
        raise SettingsError((f"{error}. {AMBIGUOUS}. Keep one.",)) from error
    except RecursionError as error:
        raise SettingsError(("it is nested too deep for settings. Write one object.",)) from error
    except ValueError as error:
        raise SettingsError((f"it is not JSON: {error}. Write one object.",)) from error


def _read(raw: Any) -> SettingsFile:
    if not isinstance(raw, dict):
        raise SettingsError(("it is no object. Write {} for the strictest settings.",))
    keys = ("settings", "exceptions")
    errors = list(unknown_keys("", {key: raw[key] for key in raw if key != "$schema"}, keys))
    exceptions, given = raw.get("exceptions", []), raw.get("settings", {})
    if not isinstance(exceptions, list):
        errors.append("exceptions: it is no list. Write a list of exceptions.")
    elif len(exceptions) > MOST_EXCEPTIONS:
        errors.append(
            f"exceptions: there are {len(exceptions)}, and nobody reviews so many. "
            f"Keep {MOST_EXCEPTIONS} at most."
        )
    try:
        settings = settings_in(given)
    except SettingsError as error:
        raise SettingsError((*errors, *error.errors)) from error
    if errors:
        raise SettingsError(tuple(errors))
    return SettingsFile(settings, tuple(exceptions))


def settings_in(given: object) -> Settings:
    """Read the object `settings` of a settings file.

    Raises SettingsError with every error, a sentence each.
    """
    if not isinstance(given, dict):
        raise SettingsError(("settings: it is no object. Write an object of settings.",))
    errors = list(unknown_keys("settings.", given, tuple(_FIELDS)))
    try:
        settings = Settings.model_validate({key: given[key] for key in given if key in _FIELDS})
        errors += _listed_twice(settings.listed_review_environments)
    except ValidationError as error:
        errors += _all_wrong(given, [each["loc"] for each in error.errors()])
    if errors:
        raise SettingsError(tuple(errors))
    return settings


def _listed_twice(listed: Iterable[str | ReviewEnvironment]) -> Iterator[str]:
    """Refuse a review environment with two entries, whose prefixes may differ."""
    seen = set[str]()
    for each in listed:
        name = each if isinstance(each, str) else each.environment
        if name.casefold() in seen:
            yield (
                f'settings.review_environments: "{shortened(name)}" is listed twice. Only one '
                "prefix can bound what it writes. Keep one entry."
            )
        seen.add(name.casefold())


def shortened(text: str, longest: int = _LONGEST_QUOTED) -> str:
    """Cut what a sentence quotes: a value may be as long as the file that contains it."""
    return text if len(text) <= longest else f"{text[:longest]}…"


def unknown_keys(where: str, given: Mapping[str, object], known: tuple[str, ...]) -> Iterator[str]:
    """Yield a sentence for every key that there is not."""
    for key in given:
        if key not in known:
            yield f"{where}{shortened(key)}: there is no such key. Write one of {', '.join(known)}."


def _all_wrong(given: Mapping[str, Any], paths: list[tuple[int | str, ...]]) -> list[str]:
    """Say what is wrong, once an entry; of a list as a whole only if its entries are right."""
    keys_of_entries = {path[0] for path in paths if len(path) > 1}
    said = (path for path in paths if len(path) > 1 or path[0] not in keys_of_entries)
    return list(dict.fromkeys(_wrong(given, path) for path in said))


def _wrong(given: Mapping[str, Any], path: tuple[int | str, ...]) -> str:
    """Say what is wrong at a path: one sentence for a setting, or for an entry of its list."""
    key = str(path[0])
    where, value = f"settings.{key}", given[key]
    if len(path) > 1 and isinstance(path[1], int):
        where, value = f"{where}[{path[1]}]", value[path[1]]
    described: Any = _FIELDS[key].json_schema_extra
    return f"{where}: {shortened(json.dumps(value))}. {described['errorMessage']}"
