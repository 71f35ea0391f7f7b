"""The one exception of the settings: everything that is wrong with a stack's config, at once."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import islice

from keyless.text.printable import printable


@dataclass(frozen=True)
class MissingId:
    """A pinned id that the config lacks: where, under which key, and of whom.

    `subject` is `acme` for an owner, `acme/storefront` for a repository.
    """

    where: str
    key: str
    subject: str

    def sentence(self, found: int | None = None) -> str:
        """Say which line to write: with GitHub's answer where it is known, else how to ask."""
        api = f"repos/{self.subject}" if "/" in self.subject else f"users/{self.subject}"
        reason = "Trust is tied to this number, since a name can go to another repository."
        if found is None:
            line = f'Write "{self.key}: NUMBER", as `gh api {api} --jq .id` prints it.'
        else:
            line = (
                f'If the {self.subject} of today is the one you mean, write "{self.key}: {found}".'
            )
        return f"{self.where}: missing. {reason} {line}"


@dataclass(frozen=True)
class Problem:
    """One sentence about the config; for a missing id also what to ask GitHub for."""

    sentence: str
    missing_id: MissingId | None = None


MOST_SAID = 200
"""Sentences in the text of the exception: a catalogue full of one mistake makes many thousands."""

_LONGEST_SENTENCE = 4000

MOST_FOUND = 2000
"""Problems after which the search ends: to find millions takes hours and gigabytes."""


class SettingsError(Exception):
    """Everything that is wrong with a stack's config, a sentence each, up to MOST_FOUND."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(islice(problems, MOST_FOUND))
        said = self.errors[:MOST_SAID]
        further = len(self.problems) - len(said)
        if further:
            least = "At least " if len(self.problems) == MOST_FOUND else ""
            said += (
                f"{least}{further} further problems. Nobody reads so many. Mend those above first.",
            )
        super().__init__("\n".join(said))

    @property
    def errors(self) -> tuple[str, ...]:
        """The sentences: about the stack, about each entry, then about what lies between them."""
        return tuple(printable(problem.sentence, _LONGEST_SENTENCE) for problem in self.problems)

    @property
    def missing_ids(self) -> tuple[MissingId, ...]:
        """The ids that the config lacks, as far as they are said, for those who can ask GitHub."""
        return tuple(p.missing_id for p in self.problems[:MOST_SAID] if p.missing_id is not None)

    def answered(self, ids: Mapping[str, int]) -> "SettingsError":
        """Return the same error with the lines to paste, for the ids found by `subject`."""
        return SettingsError(
            Problem(problem.missing_id.sentence(ids.get(problem.missing_id.subject)))
            if problem.missing_id is not None
            else problem
            for problem in self.problems
        )


class Problems:
    """What is wrong so far, in the order of finding; never more than MOST_FOUND."""

    def __init__(self) -> None:
        self._found: list[Problem] = []

    def add(self, problem: Problem) -> None:
        """Keep one more. Raises SettingsError once there are MOST_FOUND."""
        self._found.append(problem)
        if len(self._found) >= MOST_FOUND:
            self.refuse()

    def refuse(self) -> None:
        """Raise SettingsError if anything is wrong."""
        if self._found:
            raise SettingsError(self._found)
