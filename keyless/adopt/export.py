"""What an export of an account has to have, so that nothing in it is missed or taken for another.

Parts that nobody reads may be anything. What is missing is never guessed.
"""

from collections import Counter
from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic.alias_generators import to_pascal

_Document = str | dict[str, Any]
_Text = Annotated[str, Field(min_length=1)]


class _Part(BaseModel):
    model_config = ConfigDict(alias_generator=to_pascal, strict=True, frozen=True)


class _Inline(_Part):
    policy_name: _Text
    policy_document: _Document


class _Attached(_Part):
    policy_arn: _Text


class _Tag(_Part):
    key: _Text
    value: str


class _Boundary(_Part):
    permissions_boundary_arn: _Text


class _Role(_Part):
    role_name: _Text
    path: _Text
    arn: Annotated[str, Field(pattern=r"^arn:[a-z-]+:iam::[0-9]{12}:role/")]
    assume_role_policy_document: _Document
    role_policy_list: list[_Inline]
    attached_managed_policies: list[_Attached]
    permissions_boundary: _Boundary | None = None
    tags: list[_Tag] = []
    max_session_duration: int = 3600


class _Version(_Part):
    is_default_version: bool
    document: _Document | None = None


class _Policy(_Part):
    arn: _Text
    policy_version_list: list[_Version] = []


class _Group(_Part):
    group_name: _Text
    group_policy_list: list[_Inline] = []
    attached_managed_policies: list[_Attached] = []


class _User(_Part):
    user_name: _Text
    arn: _Text
    group_list: list[str] = []
    user_policy_list: list[_Inline] = []
    attached_managed_policies: list[_Attached] = []


class _Export(_Part):
    role_detail_list: list[_Role]
    policies: list[_Policy] = []
    user_detail_list: list[_User] = []
    group_detail_list: list[_Group] = []
    is_truncated: Literal[False] | None = None
    next_token: None = None
    marker: None = None


def fault_of(export: Mapping[str, Any]) -> str | None:
    """Say what an export lacks or has otherwise than AWS prints it; None where it is whole."""
    try:
        read = _Export.model_validate(export)
    except ValidationError as problem:
        found = problem.errors(include_url=False, include_input=False)[0]
        where = ".".join(map(str, found["loc"]))
        return f"{where}: {found['msg'][:1].lower()}{found['msg'][1:]}"
    names = Counter(role.role_name for role in read.role_detail_list)
    twice = next((name for name, number in names.items() if number > 1), None)
    return f'RoleDetailList: duplicate role "{twice}"' if twice else None
