"""What pages say that somebody does by hand, on GitHub or in AWS, done to the stand-ins."""

from collections.abc import Callable, Mapping

from sandbox.world import World


def _rename_storefront(world: World) -> None:
    world.github.rename(world.github.repository("acme/storefront"), "shop-window")


HANDS: Mapping[str, Callable[[World], None]] = {
    "rename acme/storefront to shop-window": _rename_storefront,
}
