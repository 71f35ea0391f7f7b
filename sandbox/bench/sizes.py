"""How much is measured: the sizes of the published figures, and small ones that try the code."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Sizes:
    """Say how large each measurement is.

    `previews` maps numbers of environments to how often each program is previewed. `pack` is in
    environments of six resources each.
    """

    documents: int
    files: int
    repositories: int
    starts: int
    previews: dict[int, int]
    pack: dict[int, int]
    up: int
    calls: tuple[int, int]


FULL = Sizes(
    documents=2000,
    files=200,
    repositories=1000,
    starts=15,
    previews={10: 5, 100: 3, 1000: 2},
    pack={17: 5, 167: 3, 1667: 1},
    up=100,
    calls=(2, 12),
)
SMALL = Sizes(
    documents=50,
    files=10,
    repositories=20,
    starts=1,
    previews={2: 1, 5: 1},
    pack={2: 1, 17: 1},
    up=2,
    calls=(1, 2),
)
