"""Find the roles that a person names: a repository, perhaps a context, perhaps a function."""

import difflib
import json
from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Iterable, Sequence

from keyless.command_line.errors import CommandError
from keyless.stack.role import Role


def add_selection_arguments(parser: ArgumentParser, *, function: bool) -> None:
    """Declare REPOSITORY [CONTEXT], and [FUNCTION] where a command tells roles apart by it."""
    parser.add_argument("repository", metavar="REPOSITORY", help="storefront or acme/storefront")
    parser.add_argument(
        "context",
        metavar="CONTEXT",
        nargs="?",
        help="environment/NAME, branch/NAME, pull_requests or whole_repository; all if left out",
    )
    if function:
        parser.add_argument(
            "function",
            metavar="FUNCTION",
            nargs="?",
            help="such as deploy; all if left out",
        )


def select_roles(roles: Sequence[Role], arguments: Namespace) -> tuple[Role, ...]:
    """Return the roles that the arguments of `add_selection_arguments` name: at least one.

    Raises CommandError with what there is instead.
    """
    repository: str = arguments.repository
    chosen: Sequence[Role] = [r for r in roles if _names_repository(repository, r)]
    _require(chosen, repository, "repository", (r.full_name for r in roles))
    chosen = _narrowed(chosen, arguments.context, "context", lambda role: role.context)
    function = getattr(arguments, "function", None)
    return tuple(_narrowed(chosen, function, "function", lambda role: role.function))


def _narrowed(
    roles: Sequence[Role], wanted: str | None, what: str, own: Callable[[Role], str]
) -> Sequence[Role]:
    if wanted is None:
        return roles
    chosen = [role for role in roles if own(role) == wanted]
    _require(chosen, wanted, what, (own(role) for role in roles))
    return chosen


def _names_repository(wanted: str, role: Role) -> bool:
    return wanted.casefold() in {role.full_name.casefold(), role.repository.casefold()}


def _require(chosen: Sequence[Role], wanted: str, what: str, known: Iterable[str]) -> None:
    if chosen:
        return
    names = sorted(set(known))
    near = difflib.get_close_matches(wanted, names, n=5, cutoff=0.4) or names[:5]
    instead = f"Write one of: {', '.join(near)}" if near else "Onboard it first"
    raise CommandError(
        f"{what}: {json.dumps(wanted)} has no role here. There is nothing to show. {instead}."
    )
