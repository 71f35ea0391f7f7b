"""The single values of a stack's config, each with the rule that it keeps.

A rule raises ValueError with `<what was found>. <why it matters>. <what to write instead>`; the
reader of the settings puts the place in front. Rules that compare values live elsewhere.
"""

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, core_schema

from components.issuer import Issuer
from components.partition import is_region
from components.wording import quoted


@dataclass(frozen=True)
class Checked:
    """Annotate a type with a rule, and its JSON Schema with what editors can check of it."""

    check: Callable[[Any], Any]
    schema: Mapping[str, object] = field(default_factory=dict, hash=False)

    def __get_pydantic_core_schema__(
        self, source: object, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        """Run the rule after the type's own validation."""
        return core_schema.no_info_after_validator_function(self.check, handler(source))

    def __get_pydantic_json_schema__(
        self, core: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        """Add the rule's part of the schema to the type's own."""
        return handler(core) | dict(self.schema)


def matching(pattern: str, otherwise: str) -> Checked:
    """Accept texts that match a whole pattern; for others the sentence goes on with `otherwise`."""
    whole = re.compile(rf"(?:{pattern})\Z")

    def check(text: str) -> str:
        if not whole.match(text):
            raise ValueError(f"{quoted(text)} {otherwise}")
        return text

    return Checked(check, {"pattern": f"^(?:{pattern})$"})


def between(lowest: int, highest: int, why: str) -> Checked:
    """Accept whole numbers of a range, both ends included."""

    def check(number: int) -> int:
        if not lowest <= number <= highest:
            raise ValueError(
                f"{quoted(number)} is out of range. {why}. "
                f"Write a whole number from {lowest} to {highest}."
            )
        return number

    return Checked(check, {"minimum": lowest, "maximum": highest})


def _without_repeats(fold: Callable[[str], str]) -> Callable[[tuple[str, ...]], tuple[str, ...]]:
    def check(values: tuple[str, ...]) -> tuple[str, ...]:
        seen: dict[str, str] = {}
        for value in values:
            if fold(value) in seen:
                raise ValueError(
                    f"{quoted(seen[fold(value)])} and {quoted(value)} say the same. "
                    "One of them may be meant to be another. Name each once."
                )
            seen[fold(value)] = value
        return values

    return check


def _not_empty(noun: str) -> Callable[[Collection[object]], Collection[object]]:
    def check(values: Collection[object]) -> Collection[object]:
        if not values:
            raise ValueError(
                f"an empty {noun}. It asks for nothing. Fill it, or leave out what it belongs to."
            )
        return values

    return check


REPEAT_FREE = Checked(_without_repeats(str), {"uniqueItems": True})
REPEAT_FREE_IN_ANY_CASE = Checked(_without_repeats(str.casefold), {"uniqueItems": True})
NOT_EMPTY = Checked(_not_empty("list"), {"minItems": 1})
NOT_EMPTY_MAPPING = Checked(_not_empty("mapping"), {"minProperties": 1})

# Numbers

Id = Annotated[
    int, between(1, 2**53 - 1, "GitHub's ids are positive numbers, and trust follows this one")
]
SessionMinutes = Annotated[
    int, between(15, 720, "AWS issues sessions from 15 minutes to 12 hours long")
]
WaitMinutes = Annotated[int, between(0, 43200, "GitHub waits 30 days at most")]
Approvals = Annotated[int, between(0, 10, "GitHub asks for at most 10 approvals")]

# AWS

AccountId = Annotated[
    str,
    matching(
        r"[0-9]{12}", "is no AWS account. Account ids have 12 digits. Write them all, in quotes."
    ),
]


def _region(text: str) -> str:
    if not is_region(text):
        raise ValueError(
            f"{quoted(text)} is no AWS region. ARNs, audience and partition follow from it. "
            "Write a region such as eu-west-1."
        )
    return text


Region = Annotated[str, Checked(_region, {"pattern": "^[a-z]{2,4}(-[a-z]+)+-[1-9]$"})]


def _issuer(url: str) -> str:
    try:
        return Issuer.parse(url).url
    except ValueError as problem:
        raise ValueError(f"{quoted(url)} {problem}") from None


IssuerUrl = Annotated[str, Checked(_issuer, {"pattern": "^https://[^/]+(/[A-Za-z0-9_/-]+)?$"})]
ProviderArn = Annotated[
    str,
    matching(
        r"arn:aws[a-z-]*:iam::[0-9]{12}:oidc-provider/[A-Za-z0-9./_-]+",
        "is no ARN of an OIDC provider. Every role would trust it. "
        "Write arn:aws:iam::ACCOUNT:oidc-provider/token.actions.githubusercontent.com.",
    ),
]
PolicyArn = Annotated[
    str,
    matching(
        r"arn:aws[a-z-]*:iam::(?:[0-9]{12}|aws):policy/[A-Za-z0-9+=,.@_/-]+",
        "is no ARN of a managed policy. A boundary is one. "
        "Write arn:aws:iam::ACCOUNT:policy/PATH/NAME.",
    ),
]
_PATH_CHARACTERS = r"[A-Za-z0-9+=,.@_-]+"


def _role_path(path: str) -> str:
    if not re.match(rf"/(?:{_PATH_CHARACTERS}/)+\Z", path) or len(path) > 512:
        raise ValueError(
            f"{quoted(path)} is no path for these roles. The boundary and the policies tell them "
            "from other roles by a path of their own. Write one such as /keyless/."
        )
    if path.startswith(("/aws-service-role/", "/aws-reserved/")):
        raise ValueError(
            f"{quoted(path)} is reserved by AWS. No role can be created there. "
            "Write a path such as /keyless/."
        )
    return path


RolePath = Annotated[
    str, Checked(_role_path, {"pattern": rf"^/(?:{_PATH_CHARACTERS}/)+$", "maxLength": 512})
]


def _role_name(name: str) -> str:
    if not re.match(r"[A-Za-z0-9+=,.@_-]{1,64}\Z", name):
        raise ValueError(
            f"{quoted(name)} is no role name. AWS takes 1 to 64 letters, digits and +=,.@_- in it. "
            "Write a shorter or plainer name."
        )
    if "github" in name.lower():
        raise ValueError(
            f'{quoted(name)} contains "GitHub". Such roles were reported to refuse GitHub\'s '
            "tokens. Leave the word out."
        )
    return name


RoleName = Annotated[str, Checked(_role_name, {"pattern": "^[A-Za-z0-9+=,.@_-]{1,64}$"})]


def _tag_key(key: str) -> str:
    if not re.match(r"[A-Za-z0-9 _.:/=+@-]{1,128}\Z", key):
        raise ValueError(
            f"{quoted(key)} is no tag key. AWS takes 1 to 128 letters, digits, spaces and "
            "_.:/=+-@ in it. Write a plainer key."
        )
    if key.lower().startswith("aws:"):
        raise ValueError(
            f'{quoted(key)} begins with "aws:". Such tags belong to AWS. Write another key.'
        )
    return key


TagKey = Annotated[
    str, Checked(_tag_key, {"pattern": "^(?![aA][wW][sS]:)[A-Za-z0-9 _.:/=+@-]{1,128}$"})
]
TagValue = Annotated[
    str,
    matching(
        r"[A-Za-z0-9 _.:/=+@-]{0,256}",
        "is no tag value. AWS takes up to 256 letters, digits, spaces and _.:/=+-@ in it. "
        "Write a plainer value.",
    ),
]

# GitHub: owners, repositories, people

Owner = Annotated[
    str,
    matching(
        r"[A-Za-z0-9](?:[A-Za-z0-9_-]{0,38})",
        "is no GitHub owner. Subjects begin with it. Write the organisation's login, such as acme.",
    ),
]


def repository_name(name: str) -> str:
    """Return a repository's name, without its owner.

    Raises ValueError with a sentence for anything else.
    """
    if "/" in name:
        raise ValueError(
            f"{quoted(name)} names an owner. A stack has one owner, in github:owner. "
            f"Write {quoted(name.rpartition('/')[2])}."
        )
    if not re.match(r"[A-Za-z0-9._-]{1,100}\Z", name) or name in {".", ".."}:
        raise ValueError(
            f"{quoted(name)} is no repository name. GitHub's have 1 to 100 letters, digits, "
            '".", "_" and "-". Write the name as it stands in the repository\'s address.'
        )
    return name


RepositoryName = Annotated[str, Checked(repository_name, {"pattern": "^[A-Za-z0-9._-]{1,100}$"})]


def _user_login(login: str) -> str:
    if not re.match(r"[A-Za-z0-9](?:[A-Za-z0-9_-]{0,38})\Z", login):
        raise ValueError(
            f"{quoted(login)} is no GitHub login. Reviewers are looked up by it. "
            "Write the login alone, such as mona, without @ and without an address."
        )
    return login


def _team_slug(slug: str) -> str:
    if not re.match(r"[a-z0-9_][a-z0-9._-]{0,99}\Z", slug):
        raise ValueError(
            f"{quoted(slug)} is no team slug. Teams are looked up by it. Write the last part of "
            "the team's address, such as storefront-leads, without the owner."
        )
    return slug


UserLogin = Annotated[str, Checked(_user_login, {"pattern": "^[A-Za-z0-9][A-Za-z0-9_-]{0,38}$"})]
TeamSlug = Annotated[str, Checked(_team_slug, {"pattern": "^[a-z0-9_][a-z0-9._-]{0,99}$"})]

# GitHub: what a job runs in

REF_CHARACTERS = "A-Za-z0-9._/-"
_PATTERN_CHARACTERS = r"*?\[\]!"


def _ref_problem(name: str, characters: str, more: str) -> str | None:
    """Say what makes a name no git ref (`git help check-ref-format`) or unfit for a subject."""
    if name.startswith("refs/"):
        return (
            f"{quoted(name)} begins with refs/. GitHub would look for a ref of that very name, and "
            "refs/pull/ would let unreviewed code in. Write the short name, such as main."
        )
    strange = sorted(set(re.sub(rf"[{characters}]", "", name)))
    if strange:
        return (
            f"{quoted(name)} contains {quoted(strange[0])}. GitHub does not document how a subject "
            f"carries it, so trust could miss or widen. Use letters, digits, {more}."
        )
    parts = name.split("/")
    if (
        not name
        or ".." in name
        or name.startswith("-")
        or any(not part or part.startswith(".") or part.endswith(".lock") for part in parts)
        or name.endswith(".")
        or len(name) > 244
    ):
        return (
            f"{quoted(name)} is no name that git takes. No job can ever run there. "
            "Write the name as `git branch` or `git tag` prints it."
        )
    return None


def _branch_name(name: str) -> str:
    problem = _ref_problem(name, REF_CHARACTERS, '".", "_", "/" and "-" in it')
    if problem is None:
        return name
    raise ValueError(problem)


def _ref_pattern(pattern: str) -> str:
    problem = _ref_problem(
        pattern, _PATTERN_CHARACTERS + REF_CHARACTERS, '".", "_", "/", "-" and "*?[]" in it'
    )
    if problem is None:
        return pattern
    raise ValueError(problem)


def is_literal(pattern: str) -> bool:
    """Tell whether a deployment pattern means one ref only (GitHub matches with fnmatch)."""
    return not set(pattern) & set("*?[]")


BranchName = Annotated[str, Checked(_branch_name, {"pattern": f"^[{REF_CHARACTERS}]{{1,244}}$"})]
RefPattern = Annotated[
    str,
    Checked(_ref_pattern, {"pattern": f"^[{_PATTERN_CHARACTERS}{REF_CHARACTERS}]{{1,244}}$"}),
]


def _environment_name(name: str) -> str:
    if not name or len(name) > 255 or name in {".", ".."} or not name.isprintable():
        raise ValueError(
            f"{quoted(name)} is no environment name. GitHub's have 1 to 255 printable characters. "
            "Write the name as the repository's settings show it."
        )
    return name


EnvironmentName = Annotated[str, Checked(_environment_name, {"minLength": 1, "maxLength": 255})]
FunctionName = Annotated[
    str,
    matching(
        r"[a-z][a-z0-9_-]{0,31}",
        "is no name for a role's function. Role, resource and variable are named after it. "
        'Use up to 32 of a-z, 0-9, "_" and "-", beginning with a letter, such as deploy.',
    ),
]
WorkflowRef = Annotated[
    str,
    matching(
        r"[A-Za-z0-9][A-Za-z0-9_-]{0,38}/[A-Za-z0-9._-]{1,100}/\.github/workflows/"
        rf"[A-Za-z0-9._-]+\.ya?ml@(?:refs/(?:heads|tags)/[{REF_CHARACTERS}]+|[0-9a-f]{{40}})",
        "pins no workflow. It is compared with the claim job_workflow_ref letter by letter. Write "
        "OWNER/REPOSITORY/.github/workflows/FILE.yml@refs/tags/TAG, @refs/heads/BRANCH or a full "
        "commit.",
    ),
]

_STATIC_KEY_NAMES = {"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"}


def _variable_name(name: str) -> str:
    if not re.match(r"[A-Za-z_][A-Za-z0-9_]*\Z", name):
        raise ValueError(
            f"{quoted(name)} is no variable name. GitHub takes letters, digits and _ in it, not "
            "beginning with a digit. Write a name such as S3_BUCKET."
        )
    if name.upper().startswith("GITHUB_"):
        raise ValueError(
            f"{quoted(name)} begins with GITHUB_. GitHub keeps those names for itself. "
            "Write another name."
        )
    if name.upper() in _STATIC_KEY_NAMES:
        raise ValueError(
            f"{quoted(name)} carries a static AWS key. Keys that last are what roles replace, and "
            "variables are no secrets. Leave it out and assume the role."
        )
    return name


def _variable_value(value: str) -> str:
    if re.search(r"\b(AKIA|ASIA)[A-Z0-9]{16}\b", value):
        raise ValueError(
            "the value holds an AWS access key id. Keys that last are what roles replace, and "
            "variables are no secrets. Leave it out and assume the role."
        )
    if not value or len(value.encode(errors="replace")) > 48 * 1024:
        raise ValueError(
            f"the value has {len(value.encode(errors='replace'))} bytes. GitHub takes 1 to 49152. "
            "Write a value of that size."
        )
    return value


VariableName = Annotated[
    str,
    Checked(_variable_name, {"pattern": "^(?![gG][iI][tT][hH][uU][bB]_)[A-Za-z_][A-Za-z0-9_]*$"}),
]
VariableValue = Annotated[str, Checked(_variable_value, {"minLength": 1})]
