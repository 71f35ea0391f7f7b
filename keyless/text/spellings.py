"""Names that a misspelt one may stand for, found without comparing it with each of them.

A comparison of two words takes time with the product of their lengths, and a service of IAM has
hundreds of actions. Names are kept by the pairs of letters in them: only those that share most of
the pairs are compared.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from difflib import get_close_matches

_COMPARED = 24
"""Names that are compared letter by letter."""

_LONGEST = 128
"""Letters of a word that are looked at; no action and no condition key has as many."""


class Spellings:
    """An index of names; what is looked for has their letter case."""

    def __init__(self, names: Iterable[str]) -> None:
        self._by_pair: dict[str, list[str]] = defaultdict(list)
        for name in names:
            for pair in _pairs(name):
                self._by_pair[pair].append(name)

    def near(self, word: str, *, most: int = 3, likeness: float = 0.6) -> list[str]:
        """Return up to `most` names that are written much like the word, the nearest first.

        `likeness` is how much of two words has to agree, from 0 to 1.
        """
        word = word[:_LONGEST]
        shared = Counter(
            name for pair in _pairs(word) for name in self._by_pair.get(pair, ())
        ).most_common(_COMPARED)
        return get_close_matches(word, [name for name, _ in shared], most, likeness)


def _pairs(word: str) -> Iterator[str]:
    """Return the pairs of neighbouring letters, each once, the ends of the word included."""
    framed = f" {word} "
    return iter({framed[at : at + 2] for at in range(len(framed) - 1)})
