"""Migrate the jobs of one workflow file: find the role that lets each in, and prove it.

The edited files are read by `jobs` as they would be on GitHub: each row of a migrated job gets
into its role, and no row of another job changes.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher

from keyless.jobs.calls import Path
from keyless.jobs.causes import why, write
from keyless.jobs.checkout import Checkout
from keyless.jobs.providers import evidence
from keyless.jobs.rows import Row, report
from keyless.jobs.stack_roles import StackRepository
from keyless.jobs.workflow import Workflow, scalars
from keyless.migrate.choice import Choice, choices
from keyless.migrate.key_places import RefusedError, env_of
from keyless.migrate.rewriting import Rewriting, Target, overlaid
from keyless.migrate.rights import is_asking
from keyless.migrate.targets import Search, said
from keyless.text.printable import printable
from keyless.text.sentences import listed, quoted

_LONGEST = 2000
_PULL_REQUESTS = ("pull_request", "pull_request_target")


class NotMigratedError(Exception):
    """Carry every sentence about a file that is not migrated, each with its place."""

    def __init__(self, sentences: Sequence[str]) -> None:
        super().__init__("\n".join(printable(each, _LONGEST) for each in sentences))


@dataclass(frozen=True)
class Migration:
    """The files as they must be, by path, and what a person has to know about them."""

    files: dict[str, bytes]
    notes: tuple[str, ...]
    jobs: tuple[str, ...]


def migrate(
    checkout: Checkout,
    path: str,
    entry: StackRepository,
    *,
    jobs: Sequence[str] = (),
    role: str | None = None,
) -> Migration:
    """Return the files that put roles in place of the keys of a workflow file.

    Raises NotMigratedError.
    """
    workflow = checkout.workflows[path]
    if missing := [name for name in jobs if name not in workflow.jobs]:
        raise NotMigratedError(
            [
                f"--job {quoted(name)}: no job of {path}. Write one of "
                f"{listed(workflow.jobs, last='or')}."
                for name in missing
            ]
        )
    search = Search(checkout, _lines_with_keys(checkout, entry))
    targets = search.targets(workflow, jobs)
    targets += [] if jobs else search.sharing(targets)
    errors, notes = search.errors, search.notes
    found: list[tuple[Target, Choice]] = []
    for target in targets:
        try:
            found.append((target, _choose(checkout, target, entry, role)))
        except RefusedError as error:
            errors.append(said(target.workflow.path, error))
    errors += _left_without(workflow, [target for target, _ in found])
    if errors:
        raise NotMigratedError(errors)
    if not found:
        return Migration({}, _shown(notes), ())
    return _joint(checkout, found, entry, notes)


def _lines_with_keys(checkout: Checkout, entry: StackRepository) -> Mapping[tuple[str, str], Row]:
    """Return a row of each job that uses a stored key, as `jobs` sees it."""
    rows = _rows(checkout, entry, lambda row: row.outcome.result == "static-keys")
    return {(r.path.last.workflow.path, r.path.last.job.id): r for r in rows}


def _left_without(workflow: Workflow, targets: Sequence[Target]) -> Iterator[str]:
    """Yield a sentence for each other job that needs a key of the `env` that targets lose."""
    env = env_of(workflow.node)
    lost = env is not None and any(layer is env for t in targets for layer, _ in t.keys.outer)
    own = {target.job.id for target in targets}
    for job in workflow.jobs.values():
        if lost and job.id not in own and any(map(evidence, job.steps)):
            yield (
                f"{workflow.path}:{job.line}: the job {job.id} uses the same key, from the "
                "workflow's env. It would lose it. Write --job for it too, or leave --job out."
            )


def _choose(checkout: Checkout, target: Target, entry: StackRepository, role: str | None) -> Choice:
    """Return the one choice by which every row of a job gets in. Raises RefusedError."""
    possible = choices(target.job, entry, role)
    tried = [(choice, *_tried(checkout, target, choice, entry)) for choice in possible]
    fitting = [choice for choice, rows, bad in tried if rows and not bad]
    if len(fitting) > 1:
        names = [r.name for choice in fitting for r in choice.roles]
        raise RefusedError(
            target.job.line,
            f"the job {target.job.id} would get into each of {listed(names)}. Which one does its "
            "work cannot be read. Write --role NAME, and --job NAME where jobs differ",
        )
    if fitting:
        return fitting[0]
    if any(not rows for _, rows, _ in tried):
        raise RefusedError(
            target.job.line,
            f"no event that is known starts the job {target.job.id}. Whether it gets in cannot be "
            "tried. Correct its `if` or the events of the file",
        )
    nearest = min(tried, key=lambda one: (len(one[2]) == len(one[1]), len(one[2])))
    raise _not_in(target, nearest[0], nearest[1], nearest[2], entry)


def _not_in(
    target: Target,
    choice: Choice,
    rows: Sequence[Row],
    bad: Sequence[Row],
    entry: StackRepository,
) -> RefusedError:
    events = dict.fromkeys(row.event for row in rows)
    pulls = [event for event in events if event in _PULL_REQUESTS]
    others = [event for event in events if event not in _PULL_REQUESTS]
    if pulls and others:
        return RefusedError(
            target.job.line,
            f"the job {target.job.id} runs on pull requests and on {listed(others)}. These take "
            "two roles, and a job has one. Split it in two, or write `if: github.event_name != "
            f"'{pulls[0]}'` in it",
        )
    row = bad[0]
    if row.outcome.result == "static-keys":
        return RefusedError(
            target.job.line,
            f"the job {target.job.id} has the key in a place that is not edited as well, such as "
            "the env of a container. Take the key out of there first",
        )
    if row.outcome.is_chained:
        return RefusedError(
            target.job.line,
            f"the job {target.job.id} goes on to {row.outcome.named} with the key, and that role "
            "trusts the user of the key. Take that step out, migrate, and put it back once that "
            f"role trusts {choice.label}",
        )
    what = f"{row.event} on {row.ref}" if row.ref else row.event
    return RefusedError(
        target.job.line,
        f"the job {target.job.id} would not get into {choice.label}, {what}: "
        f"{why(row, entry)} {write(row, entry)}".rstrip(". "),
    )


def _tried(
    checkout: Checkout, target: Target, choice: Choice, entry: StackRepository
) -> tuple[list[Row], list[Row]]:
    """Return the rows of one migrated job, and those of them that do not get in.

    An environment that is added decides about every run of the job, so that an `if` of the step
    which becomes the role leaves none out.
    """
    involved = {link.workflow.path for way in target.paths for link in way.links}
    small = replace(
        checkout, workflows={p: w for p, w in checkout.workflows.items() if p in involved}
    )
    found: list[Row] = []
    for keeps_conditions in (True, False) if choice.added_environment else (True,):
        rewriting = Rewriting(small, keeps_conditions)
        rewriting.migrate(target, choice)
        after = overlaid(small, rewriting.files())
        found += [
            row
            for one in report(after, (), entry, lambda way: _leads_to(way, target))
            for row in one.rows
        ]
    rows = list({row.sameness: row for row in found}.values())
    return rows, [row for row in rows if not _is_fine(row) and not _is_other_release(row, rows)]


def _joint(
    checkout: Checkout,
    found: Sequence[tuple[Target, Choice]],
    entry: StackRepository,
    notes: list[str],
) -> Migration:
    """Migrate all jobs together, and compare what `jobs` says of the others."""
    rewriting = Rewriting(checkout, notes=notes)
    try:
        for target, choice in found:
            rewriting.migrate(target, choice)
        files = rewriting.files()
    except RefusedError as error:
        raise NotMigratedError([said(found[0][0].workflow.path, error)]) from None
    after = overlaid(checkout, files)
    errors = [
        f"{path}:{_line_before(checkout, path, files, line)}: {says}."
        for path, line, says in rewriting.leftovers(after)
    ]
    errors += [
        f"{path}: the job {job} hands a key to {action}, which would take it no more. Migrate "
        "both together: leave --job out."
        for path, job, action in rewriting.sharing(after)
    ]
    targets = [target for target, _ in found]
    is_own: Callable[[Row], bool] = lambda row: any(_is_of(row, t) for t in targets)  # noqa: E731
    rows = _rows(after, entry, is_own)
    for row in rows:
        says = f"{row.path.name}: {why(row, entry)} {write(row, entry)}".strip()
        if _is_other_release(row, rows):
            rewriting.notes.append(
                f"{row.workflow}: a release starts the job {row.path.name} with any tag. The role "
                "refuses the tags that its environment does not let deploy"
            )
        elif not _is_fine(row):
            line = _line_before(checkout, row.workflow, files, row.line)
            errors.append(f"{row.workflow}:{line}: {says}")
    errors += _changed(checkout, after, entry, is_own)
    errors += _granted(checkout, after, targets)
    if errors:
        raise NotMigratedError(list(dict.fromkeys(errors)))
    if any(map(_is_uncalled, rows)):
        rewriting.notes.append(
            "nothing in the checkout calls the workflow. Each caller has to grant "
            "`permissions: {contents: read, id-token: write}`, and no longer hands over the key"
        )
    return Migration(files, _shown(rewriting.notes), tuple(t.job.id for t in targets))


def _shown(notes: Sequence[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(printable(note, _LONGEST) for note in notes))


def _line_before(before: Checkout, path: str, files: Mapping[str, bytes], line: int) -> int:
    """Return which line of a file as it is has become a line of the edited file."""
    old, new = ((c or b"").splitlines() for c in (before.read(path), files.get(path)))
    for _, first, _, start, end in SequenceMatcher(None, old, new).get_opcodes():
        if start < line <= end:
            return min(first + line - start, len(old))
    return line


def _changed(
    before: Checkout, after: Checkout, entry: StackRepository, is_own: Callable[[Row], bool]
) -> Iterator[str]:
    """Yield a sentence for each job that is not migrated and would be changed.

    A job that loses a key of the workflow's `env`, and does not use it, does not change.
    """
    rows = _rows(before, entry, lambda row: not is_own(row))
    old = {_seen(row) for row in rows}
    own = {_seen(row)[:2] for row in rows if _has_own_key(row)}
    new = {_seen(row) for row in _rows(after, entry, lambda row: not is_own(row))}
    lost = {
        (place, job, event)
        for place, job, event, _, result, *_ in old - new
        if result != "static-keys" or (place, job) in own or _has_rows(new, place, job)
    }
    for place, job, _ in sorted(lost):
        yield (
            f"{place}: the job {job} shares what would be edited. It would change with it. Migrate "
            "both together: leave --job out, or name each."
        )


def _granted(before: Checkout, after: Checkout, targets: Sequence[Target]) -> Iterator[str]:
    """Yield a sentence for each other job that would be able to ask for an identity."""
    links = (link for target in targets for way in target.paths for link in way.links)
    meant = {(link.workflow.path, link.job.id) for link in links}
    for path, workflow in before.workflows.items():
        for job in workflow.jobs.values():
            edited = after.workflows[path]
            is_new = not is_asking(workflow, job) and is_asking(edited, edited.jobs[job.id])
            if is_new and (path, job.id) not in meant:
                yield (
                    f"{path}:{job.line_of('permissions')}: the job {job.id} has the permissions of "
                    "a job that is migrated, by an alias. It would get `id-token: write` with it. "
                    "Write its permissions out."
                )


def _has_own_key(row: Row) -> bool:
    """Tell whether the key of a job is in the job, not in its workflow's `env` or in an action."""
    workflow, site = row.path.last.workflow, row.outcome.site
    lines = {key.place.line for key, _ in scalars(env_of(workflow.node))}
    is_own = site.path == workflow.path and site.line not in lines
    return is_own and row.outcome.result == "static-keys"


def _has_rows(rows: set[tuple[str, str, str, str | None, str, str | None]], p: str, j: str) -> bool:
    return any(row[0] == p and row[1] == j for row in rows)


def _seen(row: Row) -> tuple[str, str, str, str | None, str, str | None]:
    outcome = row.outcome
    return row.workflow, row.path.name, row.event, row.ref, outcome.result, outcome.role


def _rows(checkout: Checkout, entry: StackRepository, wanted: Callable[[Row], bool]) -> list[Row]:
    return [row for one in report(checkout, (), entry) for row in one.rows if wanted(row)]


def _is_of(row: Row, target: Target) -> bool:
    return _leads_to(row.path, target)


def _leads_to(way: Path, target: Target) -> bool:
    last = way.last
    return (last.workflow.path, last.job.id) == (target.workflow.path, target.job.id)


def _is_fine(row: Row) -> bool:
    return row.outcome.result == "in" or _is_uncalled(row)


def _is_other_release(row: Row, rows: Sequence[Row]) -> bool:
    """Tell whether a row is for the tags that an environment does not let deploy.

    No filter can keep a release of such a tag from starting the workflow.
    """
    is_rest = row.event == "release" and row.causes == {"ref-not-admitted"}
    return is_rest and any(r.event == "release" and r.outcome.result == "in" for r in rows)


def _is_uncalled(row: Row) -> bool:
    return row.outcome.result == "unknown" and row.causes == {"called-from-elsewhere"}
