"""What exists as a file says it: roles, and beside them policies, users and groups."""

from dataclasses import dataclass, field
from datetime import date

from keyless.audit.rights import JudgedResource, Rights
from keyless.rules.grant import Grant


@dataclass(frozen=True)
class LastUse:
    """When something was used last; `day` is None for something that never was."""

    day: date | None


@dataclass(frozen=True)
class NotKnownYet:
    """Stands for a trust policy that the file does not say; `why` is a clause."""

    why: str


@dataclass(frozen=True, kw_only=True)
class ExistingRole:
    """One role; `document` is its trust policy as text, decoded, or `NotKnownYet`.

    `place` is where in the file it is written, such as a Terraform address; None where the name
    says it all. `rights` and `use` are None where the file does not show them. `line` counts from
    1.
    """

    file: str
    name: str
    arn: str | None
    place: str | None
    document: object = field(repr=False)
    rights: Rights | None = field(default=None, repr=False)
    line: int = 1
    use: LastUse | None = None


@dataclass(frozen=True)
class ExistingResource:
    """A resource other than a role for GitHub of which something is found."""

    file: str
    found: JudgedResource


@dataclass(frozen=True)
class ManagedPolicy:
    """The document in force of one managed policy."""

    arn: str
    document: object = field(repr=False)


@dataclass(frozen=True)
class GivenGrant:
    """One grant that is written apart from its role, which is named, or unknown."""

    file: str
    role: str | None
    grant: Grant


@dataclass(frozen=True)
class ExistingGroup:
    """What members of a group are granted."""

    file: str
    name: str
    grants: tuple[Grant, ...]


@dataclass(frozen=True)
class StoredKey:
    """One access key of a user; `use` is None where the file does not show it."""

    id: str
    is_active: bool
    use: LastUse | None


@dataclass(frozen=True, kw_only=True)
class ExistingUser:
    """One user; `keys` are None where the file does not show whether there are any."""

    file: str
    name: str
    arn: str | None
    keys: tuple[StoredKey, ...] | None
    grants: tuple[Grant, ...]
    groups: tuple[str, ...]
    boundary: str = ""


Beside = ManagedPolicy | GivenGrant | ExistingGroup | ExistingUser
Existing = ExistingRole | ExistingResource | Beside
