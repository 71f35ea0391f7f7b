"""What sessions used of their roles' rights, for people and for programs."""

from collections.abc import Iterator, Sequence
from typing import Any

from keyless.command_line.terminal import Terminal
from keyless.narrowing.entry import entry_text, left_whole
from keyless.trail.unused import UsedRole

_VERSION = 1


def show_used(roles: Sequence[UsedRole], label: str, terminal: Terminal) -> None:
    """Write a paragraph a role; an entry follows its sentence, ready to be pasted."""
    for one in roles:
        for sentence in _sentences(one, label):
            terminal.write(sentence)
        if one.narrowed and one.narrowed.entry and not one.narrowed.is_same:
            terminal.write(entry_text(one.role.function, one.narrowed.entry))
    narrower = sum(one.is_narrower for one in roles)
    plural = "" if len(roles) == 1 else "s"
    terminal.write(f"{len(roles)} role{plural}, {narrower} with rights that no session used")


def used_listing(roles: Sequence[UsedRole]) -> dict[str, Any]:
    """Return every role; `entry` is None where nothing is to be written."""
    return {"version": _VERSION, "roles": [_listed(one) for one in roles]}


def _listed(one: UsedRole) -> dict[str, Any]:
    found = one.narrowed
    return {
        "role": one.role.arn,
        "where": one.role.where,
        "is_used": found is not None,
        "unused": list(found.dropped) if found else [],
        "entry": found.entry if found and not found.is_same else None,
        "unsaid": list(found.unsaid) if found else [],
        "unknown": list(one.unknown),
    }


def _sentences(one: UsedRole, label: str) -> Iterator[str]:
    where, found = one.role.where, one.narrowed
    if found is None:
        yield (
            f"{where}: no session of it is in {label}. Nobody may need it. Ask for more days, or "
            f"take {one.role.function} out of the roles."
        )
        return
    if found.is_same and not found.unsaid:
        yield f"{where}: all of its rights were used, or are none that the trail shows."
    elif found.entry is None:
        yield (
            f"{where}: none of its rights was used: {', '.join(found.dropped)}. Nobody may need "
            f"the role. Ask for more days, or take {one.role.function} out of the roles."
        )
    elif not found.is_same:
        unused = ", ".join(found.dropped) or "on some resources"
        yield f"{where}: not used: {unused}. What nobody uses helps an attacker alone. Write:"
    for reason in found.unsaid:
        yield left_whole(where, reason)
    if one.unknown:
        yield (
            f"{where}: no action of IAM is known for {', '.join(one.unknown)}. What it needs may "
            "be among what is left out. Look it up before you write the entry."
        )
