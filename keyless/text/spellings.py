"""Names that a misspelt one may stand for, found without comparing it with each of them.

A comparison of two words takes time with the product of their lengths, and a service of IAM has
hundreds of actions. Names are kept by the pairs of letters in them: only those that share most of
the pairs are compared.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable
from difflib import get_close_matches
from heapq import nlargest

_COMPARED = 16
"""Names that are compared letter by letter, of those that share most of their pairs."""

_LONGEST = 128
"""Letters of a word that are looked at; no action and no condition key has as many."""

_STEM = 3
"""Letters that a shortened word has to have."""


class Spellings:
    """An index of names; what is looked for has their letter case."""

    def __init__(self, names: Iterable[str]) -> None:
        self._by_pair: dict[str, list[str]] = defaultdict(list)
        self._sizes: dict[str, int] = {}
        for name in names:
            pairs = _pairs(name)
            self._sizes[name] = len(pairs)
            for pair in pairs:
                self._by_pair[pair].append(name)

    def near(self, word: str, *, most: int = 3, likeness: float = 0.6) -> list[str]:
        """Return up to `most` names that are written much like the word, the nearest first.

        `likeness` is how much of two words has to agree, from 0 to 1.
        """
        word = word[:_LONGEST]
        pairs = _pairs(word)
        shared = Counter(name for pair in pairs for name in self._by_pair.get(pair, ()))
        size = len(pairs)
        compared = nlargest(
            _COMPARED, shared, key=lambda name: (shared[name] / (size + self._sizes[name]), name)
        )
        return get_close_matches(word, compared, most, likeness)


class MeantNames:
    """An index of names that people write in another letter case, misspelt or shortened."""

    def __init__(self, names: Iterable[str]) -> None:
        self._names = {_folded(name): name for name in names}
        self._spellings = Spellings(self._names)

    def nearest(self, word: str, *, likeness: float = 0.7) -> str | None:
        """Return the name that is most likely meant by a word, or None."""
        folded = _folded(word)
        if close := self._spellings.near(folded, most=1, likeness=likeness):
            return self._names[close[0]]
        longer = [name for name in self._names if folded in name] if len(word) >= _STEM else []
        return self._names[longer[0]] if len(longer) == 1 else None


def _folded(word: str) -> str:
    return word.casefold().replace("-", "_")


def _pairs(word: str) -> set[str]:
    """Return the pairs of neighbouring letters, the ends of the word included."""
    framed = f" {word} "
    return {framed[at : at + 2] for at in range(len(framed) - 1)}
