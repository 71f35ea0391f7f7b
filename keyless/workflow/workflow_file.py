"""Compose the workflow files that reach one role."""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

from keyless.facts import AWS, MERGE_QUEUE_PREFIX, OWN_PULL_REQUEST, PARTITIONS, WORKFLOWS
from keyless.stack.role import Role
from keyless.stack.session_name import session_name
from keyless.workflow.action_pins import action_pins

_LONGEST_JOB_MINUTES = 360
"""How long GitHub lets a job run on its own runners ("Actions limits")."""

_AUDIENCES = {each.name: each.audience for each in PARTITIONS if each.audience != AWS.audience}
"""Where STS expects another audience than the action asks for by itself."""

_PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9._/-]*(?: [A-Za-z0-9][A-Za-z0-9._/-]*)*\Z")
_WORDS_OF_YAML = {"true", "false", "yes", "no", "on", "off", "null", "y", "n"}


@dataclass(frozen=True)
class WorkflowFile:
    """A file, the repository it belongs into, and the path there.

    `ref` is where a reusable workflow has to be, None for what the role's repository runs itself.
    """

    repository: str
    path: str
    text: str
    ref: str | None = None


@dataclass(frozen=True)
class _Called:
    """A reusable workflow that a role is pinned to: `OWNER/REPOSITORY/PATH@REF`."""

    repository: str
    path: str
    ref: str

    @classmethod
    def parse(cls, pin: str) -> "_Called":
        where, _, ref = pin.partition("@")
        owner, repository, path = where.split("/", 2)
        return cls(f"{owner}/{repository}", path, ref)

    @property
    def short_ref(self) -> str:
        return re.sub(r"^refs/(heads|tags)/", "", self.ref)

    @property
    def uses(self) -> str:
        return f"{self.repository}/{self.path}@{self.short_ref}"

    @property
    def is_commit(self) -> bool:
        return self.ref == self.short_ref


def workflow_files(
    roles: Sequence[Role], triggers: Mapping[str, str] | None = None
) -> tuple[WorkflowFile, ...]:
    """Compose the files for some roles of one repository, each under a path of its own.

    `triggers` has the `on` to keep by the role's ARN, by default every event that it lets in.
    """
    files: dict[tuple[str, str], WorkflowFile] = {}
    pins = [_Called.parse(pin) for role in roles for pin in role.workflows]
    called = {(pin.repository, pin.path) for pin in pins}
    for role in roles:
        taken = {path for repository, path in {*files, *called} if repository == role.full_name}
        for file in _files(role, taken, (triggers or {}).get(role.role_arn)):
            files.setdefault((file.repository, file.path), file)
    return tuple(files.values())


def _files(role: Role, taken: Iterable[str], triggers: str | None) -> tuple[WorkflowFile, ...]:
    path = _free_path(role, set(taken))
    called = [_Called.parse(pin) for pin in role.workflows]
    name = "caller.yml.j2" if called else "job.yml.j2"
    facts = _facts(role) | {"path": path, "called": called, "triggers": triggers}
    own = WorkflowFile(role.full_name, path, _templates()[name].render(facts))
    reusable = [
        WorkflowFile(
            pin.repository,
            pin.path,
            _templates()["reusable.yml.j2"].render(facts | {"pin": pin}),
            ref=pin.ref,
        )
        for pin in called
    ]
    return (own, *reusable)


def _facts(role: Role) -> dict[str, object]:
    in_environment = role.context_kind == "environment"
    name = " ".join(_words(role)).replace("${{", "$ {{")
    return {
        "role": role,
        "name": name,
        "pins": action_pins(),
        "branches": _filters(b for b in role.branches if not b.startswith(MERGE_QUEUE_PREFIX)),
        "jobs": _jobs(role),
        "has_queue": any(b.startswith(MERGE_QUEUE_PREFIX) for b in role.branches),
        "tags": _filters(role.tags),
        "environment": role.context_name if in_environment else None,
        "region": "${{ vars.AWS_REGION }}" if in_environment else role.region,
        "audience": _AUDIENCES.get(role.partition),
        "seconds": role.session_minutes * 60,
        "job_minutes": min(role.session_minutes, _LONGEST_JOB_MINUTES),
        "session": session_name(role.repository, role.function),
        "called_session": session_name(role.function),
        "group": re.sub(r"[^A-Za-z0-9._-]", "-", name),
        "may_be_cancelled": role.access == "read",
    }


def _jobs(role: Role) -> list[tuple[str, str | None]]:
    """Return the jobs of a role, each with the condition under which it runs."""
    if role.is_for_review:
        closed = "github.event.action == 'closed'"
        return [
            (role.function, f"github.event.action != 'closed' && {OWN_PULL_REQUEST}"),
            (_CLEAN_UP, f"{closed} && !github.event.pull_request.merged && {OWN_PULL_REQUEST}"),
        ]
    return [(role.function, OWN_PULL_REQUEST if role.context_kind == "pull_requests" else None)]


_CLEAN_UP = "clean-up"


def _words(role: Role) -> list[str]:
    """Return what tells a role's workflow from the others of its repository."""
    if role.context_kind == "environment":
        place: list[str | None] = [role.context_name]
    else:
        place = [role.stack, *role.context_kind.split("_"), role.context_name]
    return [role.function, *filter(None, place)]


def _free_path(role: Role, taken: set[str]) -> str:
    stem = re.sub(r"[^a-z0-9]+", "-", " ".join(_words(role)).lower()).strip("-")[:100]
    number, path = 1, f"{WORKFLOWS}/{stem}.yml"
    while path in taken:
        number += 1
        path = f"{WORKFLOWS}/{stem}-{number}.yml"
    return path


def _filters(patterns: Iterable[str]) -> list[str]:
    """Translate deployment patterns into trigger filters that admit at least as much.

    The two languages differ: in a filter `?`, `+` and `!` mean something else and `**` crosses
    slashes ("Workflow syntax", filter patterns). What a filter lets through too often, the
    environment still refuses.
    """
    found = (re.sub(r"\[[^\]]*\]|[^A-Za-z0-9._/*-]", _filter_part, p) for p in patterns)
    return [re.sub(r"\*{2,}(?!/)", "*", pattern) for pattern in found]


def _filter_part(part: re.Match[str]) -> str:
    return (
        part[0]
        if re.fullmatch(r"\[[A-Za-z0-9]+\]|\[[a-z]-[a-z]\]|\[[0-9]-[0-9]\]", part[0])
        else "*"
    )


@cache
def _templates() -> dict[str, Template]:
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=False,  # noqa: S701 - YAML; `scalar` and `inert` guard what is put in
        undefined=StrictUndefined,
        variable_start_string="<<",
        variable_end_string=">>",
        block_start_string="<%",
        block_end_string="%>",
        comment_start_string="<#",
        comment_end_string="#>",
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["scalar"] = _scalar
    environment.filters["inert"] = _inert
    names = ("job.yml.j2", "caller.yml.j2", "reusable.yml.j2")
    return {name: environment.get_template(name) for name in names}


def _scalar(text: str) -> str:
    """Write a text as a YAML scalar, in quotes unless it cannot be taken for anything else."""
    if _PLAIN.match(text) and text.lower() not in _WORDS_OF_YAML:
        return text
    return json.dumps(text, ensure_ascii=False)


def _inert(text: str) -> str:
    """Keep GitHub from reading an expression in a text that comes from elsewhere."""
    return text.replace("${{", "${{ '${{' }}")
