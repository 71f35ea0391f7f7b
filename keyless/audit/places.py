"""The places in what the tools print where roles are, or resources that may be roles."""

from collections.abc import Mapping

from keyless.audit.json_walk import Path, Step

Names = tuple[str, ...]

TRUNCATED = frozenset({("IsTruncated",), ("NextToken",)})
"""What says that a listing goes on: IAM itself, and the AWS command line with --max-items."""

ERRORED = ("errored",)
"""What says that a plan of Terraform failed."""

DIAGNOSTICS = ("diagnostics",)
"""Where a preview of Pulumi says what failed."""

_ROLE = ("Role",)
_BARE_ENTRY: Names = ()
_CHECKPOINT: Names = ("checkpoint",)
DEPLOYMENTS = frozenset({("deployment",), (*_CHECKPOINT, "latest")})
"""What an export of Pulumi keeps, and the file of a folder backend: read by the one reader."""

_ROOT_MODULE: Names = ("values", "root_module")
_LISTS: frozenset[Names] = frozenset(
    {("RoleDetailList",), ("Roles",), ("steps",), ("resources",), ("resource_changes",)}
)
_BESIDE: frozenset[Names] = frozenset({("UserDetailList",), ("GroupDetailList",), ("Policies",)})
"""What IAM lists beside the roles of an account; a file of this alone is none that is read."""

_WAYS: Mapping[Names, frozenset[Names]] = {
    _CHECKPOINT: frozenset({(*_CHECKPOINT, "latest"), (*_CHECKPOINT, "stack")}),
    ("values",): frozenset({_ROOT_MODULE}),
}
"""What such lists are in; one at least of what follows is in there, even without any resource."""

_KNOWN = _LISTS.union({_ROLE, _BARE_ENTRY}, DEPLOYMENTS, _WAYS, *_WAYS.values())


class Places:
    """Choose what is read of a text, and tell whether that was all that it has to contain."""

    def __init__(self) -> None:
        self._met: set[Names] = set()

    @property
    def are_there(self) -> bool:
        """Whether there was a place for roles, and none hollow, such as `{"values": {}}`."""
        return bool(self._met) and all(
            not self._met.isdisjoint(parts) for way, parts in _WAYS.items() if way in self._met
        )

    def choose(self, path: Path) -> Step:
        """Enter what leads to roles, and take each entry that may be one."""
        if not path:
            return Step.ENTER
        names = tuple(part for part in path if isinstance(part, str))
        if names in _KNOWN:
            self._met.add(names)
        if isinstance(path[-1], int):
            is_module = names[-1:] == ("child_modules",)
            return Step.ENTER_OBJECT if is_module else Step.TAKE
        if is_list(path):
            return Step.ENTER_LIST
        if names in _WAYS or names == _ROOT_MODULE:
            return Step.ENTER_OBJECT
        whole = TRUNCATED | DEPLOYMENTS | {_ROLE, ERRORED}
        return Step.TAKE if names in whole else Step.PASS


def is_list(path: Path) -> bool:
    """Tell whether a list belongs at a path."""
    return path in _LISTS | _BESIDE or path == DIAGNOSTICS or _lists_of_module(path)


def _lists_of_module(path: Path) -> bool:
    """Tell whether a path leads to what some module in `terraform show -json` consists of."""
    names = tuple(part for part in path if isinstance(part, str))
    inside = names[len(_ROOT_MODULE) :]
    return (
        names[: len(_ROOT_MODULE)] == _ROOT_MODULE
        and isinstance(path[-1], str)
        and inside[-1:] in {("resources",), ("child_modules",)}
        and set(inside[:-1]) <= {"child_modules"}
    )
