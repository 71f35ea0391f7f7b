"""The commits that emitted workflows pin their actions to: data, in `action_pins.json` beside."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from keyless.command_line.json_text import decode_json

_FILE = Path(__file__).parent / "action_pins.json"


@dataclass(frozen=True)
class ActionPin:
    """One action at one commit; `tag` is the release that the commit was."""

    action: str
    tag: str
    commit: str

    def __str__(self) -> str:
        """Write it as it stands after `uses:`, the tag as a comment."""
        return f"{self.action}@{self.commit} # {self.tag}"


@cache
def action_pins() -> dict[str, ActionPin]:
    """Return every pin by its action."""
    pins = decode_json(_FILE.name, _FILE.read_text("utf-8"))
    return {action: ActionPin(action, **pin) for action, pin in pins.items()}
