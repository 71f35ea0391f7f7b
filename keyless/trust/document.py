"""Read a trust policy as IAM reads it: statements, principals, actions and conditions.

Element names are matched without regard to letter case, which is the wider reading. What cannot be
read with certainty is kept as the reason why, so that the judgement can fail closed; what AWS would
refuse is collected beside it. Which tokens get in is not decided here.

A duplicate key is not read at all: JSON parsers differ on which of the two counts, and so the
reader cannot know which one AWS keeps.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from json import JSONDecodeError
from typing import Final, NamedTuple

from keyless.facts import GITHUB_COM
from keyless.text.json_text import (
    ConstantError,
    DuplicateKeyError,
    as_json,
    read_as_written,
)
from keyless.trust.conditions import Condition, Operator, read_condition, read_operator
from keyless.trust.issuers import Provider, is_github_issuer, read_provider
from keyless.trust.pattern import OTHER
from keyless.wildcards import matches

LARGEST_DOCUMENT: Final = 10_240
"""Characters that are read; AWS takes 2,048 by default."""

LONGEST_VALUE: Final = 2048
"""Characters of one condition value that are compared; AWS takes subjects of 255."""

_VERSIONS: Final = ("2012-10-17", "2008-10-17")
_WEB_IDENTITY: Final = "sts:assumerolewithwebidentity"
_SAML: Final = "sts:assumerolewithsaml"
_ASSUME_ROLE: Final = "sts:assumerole"
_DOCUMENT_ELEMENTS: Final = frozenset({"version", "id", "statement"})
_STATEMENT_ELEMENTS: Final = frozenset(
    {
        *("sid", "effect", "principal", "notprincipal", "action", "notaction", "condition"),
        *("resource", "notresource"),
    }
)


class UnreadableError(Exception):
    """Tell why a document, or a part of it, cannot be read with certainty."""


class Principals(NamedTuple):
    """Hold whom a statement names; `unread` says why part of it could not be read.

    `bare` is the principal `*` itself; `everyone` also any wildcard in a name, and `{"AWS": "*"}`,
    which IAM documents as the same in an Allow. `others` are of any other kind, each with the kind.
    """

    bare: bool = False
    everyone: bool = False
    providers: tuple[Provider, ...] = ()
    others: tuple[tuple[str, str], ...] = ()
    unread: str | None = None


class Statement(NamedTuple):
    """Hold one statement; conditions that could not be read leave their reason in `unread`.

    `issuers` are the GitHub issuers, each with its partition, whose identities it addresses: a
    wildcard principal addresses github.com and every GitHub issuer that its conditions name.
    `foreign` is a principal beside GitHub's that its actions let in; `refused` says why AWS would
    not take it.
    """

    number: int
    effect: str
    principals: Principals
    excludes_principals: bool
    admits_web_identity: bool
    conditions: tuple[Condition, ...]
    unread: str | None
    issuers: tuple[tuple[str, str], ...] = ()
    foreign: str | None = None
    refused: tuple[str, ...] = ()


class Document(NamedTuple):
    """Hold a trust policy; `refused` lists what AWS would not take outside of its statements."""

    statements: tuple[Statement, ...]
    refused: tuple[str, ...]

    def with_effect(self, effect: str) -> list[Statement]:
        """List the statements of one effect."""
        return [statement for statement in self.statements if statement.effect == effect]


_NOBODY: Final = Principals()


def read_document(
    document: object, is_github: Callable[[str], bool] = is_github_issuer
) -> Document:
    """Read JSON text (str or bytes) or a parsed mapping; `is_github` tells whose an issuer is.

    Raises UnreadableError when there is no policy to be found in it.
    """
    policy = _decoded(document)
    if not isinstance(policy, dict):
        raise UnreadableError(f"a policy is a JSON object, not {_kind(policy)}")
    elements = _by_lower_name(policy, "the policy")
    version = scalar(elements.get("version", "2008-10-17"))
    unknown = sorted(elements.keys() - _DOCUMENT_ELEMENTS)
    refused = [] if version in _VERSIONS else [f'there is no Version "{version}"']
    refused += [f'a policy has no element "{name}"' for name in unknown]
    if "statement" not in elements:
        raise UnreadableError("the policy has no Statement")
    statements = _members(elements["statement"])
    if not statements:
        refused.append("the policy has no statement")
    variables = version != "2008-10-17"
    read = (
        _StatementReader(number, is_github, variables).read(raw)
        for number, raw in enumerate(statements, start=1)
    )
    return Document(tuple(read), tuple(refused))


def _decoded(document: object) -> object:
    try:
        text = document if isinstance(document, str) else as_json(document)
        if len(text) > LARGEST_DOCUMENT:
            raise UnreadableError(f"the document has more than {LARGEST_DOCUMENT:,} characters")
        return read_as_written(text, whole_floats=text is document)
    except UnicodeDecodeError:
        raise UnreadableError("the document is not UTF-8") from None
    except JSONDecodeError as error:
        raise UnreadableError(f"not JSON: {error.msg} at character {error.pos + 1}") from None
    except (DuplicateKeyError, ConstantError) as error:
        raise UnreadableError(str(error)) from None
    except RecursionError:
        raise UnreadableError("the document is nested too deeply") from None


def _kind(value: object) -> str:
    if value is None:
        return "null"
    if isinstance(value, dict):
        return "an object"
    return "a list" if isinstance(value, list) else f'"{value}"'


def scalar(value: object) -> str | None:
    """Give a JSON string, number or boolean as IAM compares it; None for anything else."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return value if isinstance(value, str) else None


def _members(value: object) -> list[object]:
    """Give the members of a list, or the one value that stands for a list of one."""
    return value if isinstance(value, list) else [value]


def _by_lower_name(value: Mapping[str, object], what: str) -> dict[str, object]:
    members: dict[str, object] = {}
    for name, member in value.items():
        lowered = name.lower()
        if lowered in members:
            raise UnreadableError(f'{what} has two members "{name}"')
        members[lowered] = member
    return members


class _StatementReader:
    """Read one statement, and collect what AWS would refuse in it and what cannot be read."""

    def __init__(self, number: int, is_github: Callable[[str], bool], variables: bool) -> None:
        self._number = number
        self._is_github = is_github
        self._variables = variables
        self._refused: list[str] = []
        self._unread: list[str] = []

    def _refuse(self, why: str) -> None:
        self._refused.append(f"statement {self._number} {why}")

    def read(self, raw: object) -> Statement:
        if not isinstance(raw, dict):
            self._refuse(f"is {_kind(raw)}")
            why = f"it is {_kind(raw)} instead of an object"
            nobody = _NOBODY._replace(unread=why)
            refused = tuple(self._refused)
            return Statement(self._number, "", nobody, False, True, (), why, refused=refused)
        elements = _by_lower_name(raw, f"statement {self._number}")
        effect = elements.get("effect")
        if effect not in ("Allow", "Deny"):
            self._refuse(f"has Effect {_kind(effect)}")
        principals = self._principals(elements)
        acts = self._actions(elements)
        admits = acts(_WEB_IDENTITY)
        for name in sorted(elements.keys() - _STATEMENT_ELEMENTS):
            self._refuse(f'has an element "{name}"')
            self._unread.append(f'its element "{name}" is unknown')
        if "resource" in elements or "notresource" in elements:
            self._refuse("has a Resource")
        conditions: tuple[Condition, ...] = ()
        foreign = _foreign(principals, acts)
        concerns_us = principals._replace(others=()) != _NOBODY or "notprincipal" in elements
        if concerns_us and (admits or foreign == "*"):
            conditions = tuple(self._conditions(elements.get("condition")))
        statement = Statement(
            self._number,
            str(effect) if effect in ("Allow", "Deny") else "",
            principals,
            "notprincipal" in elements,
            admits,
            conditions,
            "; ".join(self._unread) or None,
            self._github_issuers(principals, conditions) if admits else (),
            foreign,
        )
        if effect == "Allow" and admits and not _evaluates_identity(statement):
            self._refuse("evaluates neither sub nor job_workflow_ref")
        return statement._replace(refused=tuple(self._refused))

    def _principals(self, elements: Mapping[str, object]) -> Principals:
        principal = elements.get("principal")
        if "principal" not in elements:
            if "notprincipal" in elements:
                return _NOBODY
            self._refuse("has no Principal")
            return _NOBODY._replace(unread="it has no Principal")
        if principal == "*":
            return Principals(bare=True, everyone=True)
        if not isinstance(principal, dict):
            self._refuse(f"has Principal {_kind(principal)}")
            return _NOBODY._replace(unread=f"its Principal is {_kind(principal)}")
        kinds = _by_lower_name(principal, f"the Principal of statement {self._number}")
        found = _NOBODY if kinds else _NOBODY._replace(unread="its Principal is empty")
        for kind, named in kinds.items():
            for value in _members(named):
                found = self._principal(found, kind, value)
        return found

    def _principal(self, found: Principals, kind: str, value: object) -> Principals:
        """Add one principal to those that were found before."""
        if kind != "federated":
            everyone = found.everyone or (kind, value) == ("aws", "*")
            return found._replace(everyone=everyone, others=(*found.others, (kind, str(value))))
        if not isinstance(value, str) or "${" in value or "{{" in value:
            return found._replace(unread=f"its Federated principal is {_kind(value)}")
        if "*" in value or "?" in value:
            if value != "*":
                self._refuse(f'has a wildcard in principal "{value}"')
            return found._replace(everyone=True)
        provider = read_provider(value, self._is_github)
        if provider is None:
            return found._replace(others=(*found.others, (kind, value)))
        if not value.startswith("arn:"):
            self._refuse(f'names "{value}", which is no ARN')
        return found._replace(providers=(*found.providers, provider))

    def _actions(self, elements: Mapping[str, object]) -> Callable[[str], bool]:
        """Give the test whether the actions of a statement contain one, in lower case."""
        named = [name for name in ("action", "notaction") if name in elements]
        if len(named) != 1:
            self._refuse(f"has {'two kinds of' if named else 'no'} Action")
            return lambda _: bool(named)
        actions = [scalar(action) for action in _members(elements[named[0]])]
        known = [action.lower() for action in actions if action is not None]
        if not known or len(known) < len(actions):
            self._refuse(f"has Action {_kind(elements[named[0]])}")
        positive = named[0] == "action"
        return lambda wanted: any(matches(each, wanted) for each in known) is positive

    def _github_issuers(
        self, principals: Principals, conditions: Iterable[Condition]
    ) -> tuple[tuple[str, str], ...]:
        found = {p.issuer: p.partition for p in principals.providers if p.is_github}
        if principals.everyone:
            for issuer in dict.fromkeys((GITHUB_COM, *(c.prefix for c in conditions))):
                if self._is_github(issuer):
                    found.setdefault(issuer, "aws")
        return tuple(found.items())

    def _conditions(self, block: object) -> Iterator[Condition]:
        if not isinstance(block, dict | None):
            self._refuse(f"has Condition {_kind(block)}")
            self._unread.append(f"its Condition is {_kind(block)}")
            return
        seen: set[str] = set()
        for written, keys in (block or {}).items():
            operator = read_operator(written)
            if operator is None or not isinstance(keys, dict):
                self._refuse(f'has no usable operator "{written}"')
                self._unread.append(f'"{written}" is no condition operator with keys')
                continue
            if written.lower() in seen:
                self._unread.append(f'it has two operators "{written}"')
            seen.add(written.lower())
            yield from self._keys(written, operator, keys)

    def _keys(
        self, written: str, operator: Operator, keys: Mapping[str, object]
    ) -> Iterator[Condition]:
        seen: set[str] = set()
        for key, raw in keys.items():
            values = [scalar(value) for value in _members(raw)]
            known = [value for value in values if value is not None]
            if not key.isascii():
                self._refuse(f'has the key "{key}" with a letter that no key has')
                self._unread.append(f'no key has the letters of "{key}"')
                continue
            if len(known) != len(values):
                self._refuse(f'has {_kind(raw)} for "{key}"')
                self._unread.append(f'"{key}" has {_kind(raw)} for a value')
                continue
            if key.lower() in seen:
                self._unread.append(f'{written} has the duplicate key "{key}"')
            seen.add(key.lower())
            if any(OTHER in value for value in known):
                self._unread.append(f'a value of "{key}" has U+10FFFF, which is no character')
            elif any(len(value) > LONGEST_VALUE for value in known):
                longest = f"{LONGEST_VALUE:,} characters"
                self._unread.append(f'a value of "{key}" has more than {longest}')
            else:
                if operator.base == "null" and not {v.lower() for v in known} <= {"true", "false"}:
                    self._unread.append(f'Null has {_kind(raw)} for "{key}"')
                yield read_condition(written, operator, key, known, variables=self._variables)


def _foreign(principals: Principals, acts: Callable[[str], bool]) -> str | None:
    """Name a principal beside GitHub's that the actions let in; None where there is none."""
    if (principals.everyone and acts(_WEB_IDENTITY)) or (principals.bare and acts(_ASSUME_ROLE)):
        return "*"
    foreign = [p.arn for p in principals.providers if not p.is_github and acts(_WEB_IDENTITY)]
    for kind, name in principals.others:
        verbs = (_WEB_IDENTITY, _SAML) if kind == "federated" else (_ASSUME_ROLE,)
        if any(map(acts, verbs)):
            foreign.append(name)
    return "*" if "*" in foreign else next(iter(foreign), None)


def denies(denial: Statement, allowing: Statement, issuer: str) -> bool:
    """Tell whether a Deny is certain to address everybody of an issuer whom an Allow addresses.

    It has to name every provider of the issuer that the Allow names, or `*`. A wildcard in the name
    of a provider is no principal for AWS, and a provider of another account is not the same one.
    """
    if denial.excludes_principals or not denial.admits_web_identity:
        return False
    if denial.principals.bare:
        return True
    named = {provider.arn for provider in denial.principals.providers}
    used = [p.arn for p in allowing.principals.providers if p.issuer == issuer]
    return not allowing.principals.everyone and named.issuperset(used)


def _evaluates_identity(statement: Statement) -> bool:
    """Tell whether AWS would find that a statement for github.com looks at who is asking.

    Source: IAM user guide, identity-provider controls for shared OIDC providers. The first value of
    a list is the one that counts (observed).
    """
    if all(provider.issuer != GITHUB_COM for provider in statement.principals.providers):
        return True
    return any(
        condition.prefix == GITHUB_COM
        and condition.claim in {"sub", "job_workflow_ref"}
        and condition.operator.base in {"stringequals", "stringlike", "stringequalsignorecase"}
        and not condition.operator.for_all
        and not condition.operator.if_exists
        and condition.values
        and condition.values[0].strip("*") != ""
        for condition in statement.conditions
    )
