"""Record every call that reaches a stand-in, both sides in one order.

What a call means is said by the stand-in that carries it out; nothing is judged here.
"""

from dataclasses import dataclass, field, fields
from threading import RLock
from typing import Any, Literal

Side = Literal["aws", "github"]


@dataclass(frozen=True, kw_only=True)
class Call:
    """Describe one call before it is carried out.

    `action` is an IAM or STS action (`CreateRole`) or an HTTP method (`PUT`); `target` is what it
    acts on: an ARN or a name on AWS, the path on GitHub. `change` says whether it means to change
    anything. `detail` has the parameters worth reading; the thread that carries out the call may
    add what only the answer tells.
    """

    side: Side
    action: str
    target: str
    change: bool
    detail: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Entry(Call):
    """Describe one call after it was answered, or was not.

    `status` is that of the stand-in's own answer: for a call whose answer was lost it is the one
    that the caller never saw, and 0 for a call that was dropped before it was carried out.
    `fault` names the fault that struck, if one did.
    """

    order: int
    status: int
    fault: str | None = None

    @property
    def changed(self) -> bool:
        """Tell whether the call changed the state of its side."""
        return self.change and 0 < self.status < 400


class Journal:
    """Keep the calls of both sides in the order in which they took effect.

    One call is carried out at a time, across both sides: the thread that carries out a call, or
    edits the state of a stand-in by hand, keeps `turn` until it is recorded. So every prefix of the
    journal is a moment that existed.
    """

    def __init__(self) -> None:
        self.turn = RLock()
        self._entries: list[Entry] = []

    def record(self, call: Call, *, status: int, fault: str | None = None) -> Entry:
        """Append `call` with its outcome, numbered from 1."""
        with self.turn:
            described = {part.name: getattr(call, part.name) for part in fields(Call)}
            entry = Entry(**described, order=len(self._entries) + 1, status=status, fault=fault)
            self._entries.append(entry)
        return entry

    def entries(self, side: Side | None = None) -> tuple[Entry, ...]:
        """Return every call, or those of one side."""
        return tuple(entry for entry in tuple(self._entries) if side in (None, entry.side))

    def changes(self, side: Side | None = None) -> tuple[Entry, ...]:
        """Return the calls that changed something, or those of one side."""
        return tuple(entry for entry in self.entries(side) if entry.changed)

    def count(self, side: Side | None = None) -> int:
        """Count the calls, or those of one side."""
        return len(self.entries(side))

    def clear(self) -> None:
        """Forget every call; numbers start again from 1."""
        with self.turn:
            self._entries.clear()
