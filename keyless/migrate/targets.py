"""Find the jobs that a migration of one file is about, with those that share what it edits."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from keyless.estate.static_keys import names_static_key
from keyless.jobs.calls import Path, paths
from keyless.jobs.checkout import Checkout
from keyless.jobs.providers import evidence
from keyless.jobs.rows import Row
from keyless.jobs.workflow import Job, Workflow, scalars, text
from keyless.migrate.key_places import Keys, RefusedError, env_of, secrets_in
from keyless.migrate.rewriting import Target, keys_of
from keyless.yaml_nodes import Node, Table


def said(path: str, error: RefusedError) -> str:
    """Return the sentence of a refusal with its place; `path` is the file of the job."""
    return f"{error.path or path}:{error.line}: {error.sentence}."


@dataclass
class Search:
    """One search of a checkout: what cannot be migrated is in `errors`, what stays in `notes`.

    `known` has a row of each job that uses a stored key, as `jobs` sees it.
    """

    checkout: Checkout
    known: Mapping[tuple[str, str], Row]
    errors: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def targets(self, workflow: Workflow, jobs: Sequence[str]) -> list[Target]:
        """Return the jobs with keys of a file and of the reusable workflows that it calls."""
        ways = _ways(self.checkout, workflow)
        found: list[Target] = []
        seen: set[tuple[str, str]] = set()
        for way in ways:
            place = _place(way)
            names = {link.job.id for link in way.links if link.workflow.path == workflow.path}
            if not names or place in seen or (jobs and not names & set(jobs)):
                continue
            seen.add(place)
            if way.elsewhere is not None:
                self._take_elsewhere(workflow.path, way.last.job, way.elsewhere, jobs)
            elif keys := self._keys(way, jobs):
                last = way.last
                every = tuple(w for w in ways if _place(w) == place)
                found.append(Target(last.workflow, last.job, every, keys))
        return found

    def sharing(self, targets: Sequence[Target]) -> list[Target]:
        """Return the jobs of other files that hand a key to an action which is edited."""
        shared = {k.step.uses for t in targets for k in t.keys.steps if k.is_local and k.inputs}
        seen = {(target.workflow.path, target.job.id) for target in targets}
        found: dict[tuple[str, str], Target] = {}
        for workflow in self.checkout.workflows.values():
            using = [
                job.id
                for job in workflow.jobs.values()
                if (workflow.path, job.id) not in seen and shared & {s.uses for s in job.steps}
            ]
            for target in self.targets(workflow, using) if using else ():
                found.setdefault((target.workflow.path, target.job.id), target)
        return [target for place, target in found.items() if place not in seen]

    def _keys(self, way: Path, jobs: Sequence[str]) -> Keys | None:
        """Return the keys of a job that a role can replace."""
        workflow, job = way.last.workflow, way.last.job
        try:
            keys = keys_of(workflow, job)
        except RefusedError as error:
            self.errors.append(said(workflow.path, error))
            return None
        if keys is None:
            return None
        if not keys:
            self._take_unedited(_place(way), keys)
            return None
        if keys.steps or _reaches(workflow, job, jobs, way.links[0].job.id):
            return keys
        self.notes.append(
            f"{workflow.path}:{job.line}: the job {job.id} saw the key and names nothing of AWS. "
            f"It gets no role. If it needs one, write --job {job.id}"
        )
        return None

    def _take_unedited(self, place: tuple[str, str], keys: Keys) -> None:
        path, job = place
        for line, provider in keys.elsewhere:
            self.notes.append(
                f"{path}:{line}: the key goes to another provider ({provider}). It stays as it is"
            )
        row = self.known.get(place)
        if row and not keys.elsewhere:
            self.errors.append(
                f"{row.workflow}:{row.line}: the job {job} uses a stored key in a place that is "
                "not edited. Nothing of the job was changed. Put the key into the env of a step, "
                "or replace it by hand."
            )

    def _take_elsewhere(self, path: str, job: Job, called: str, jobs: Sequence[str]) -> None:
        secrets = job.node.get("secrets")
        is_inherited = text(secrets) == "inherit"
        if _hands_key(secrets) or (is_inherited and job.id in jobs):
            self.errors.append(
                f"{path}:{job.line}: the job {job.id} hands its secrets to {called}, which is not "
                "in the checkout. That file has to change first. Migrate it there, then give this "
                "job `permissions: {contents: read, id-token: write}`."
            )
        elif is_inherited:
            self.notes.append(
                f"{path}:{job.line}: the job {job.id} hands every secret to {called}, which is not "
                "in the checkout. Whether a key is used there cannot be seen. Look into that file"
            )


def _place(way: Path) -> tuple[str, str]:
    return way.last.workflow.path, way.last.job.id


def _ways(checkout: Checkout, workflow: Workflow) -> list[Path]:
    """Return the ways from the events of any workflow to the jobs of one, or through it."""
    found = [way for each in checkout.workflows.values() for way in paths(each, checkout, ())[0]]
    through = [w for w in found if any(x.workflow.path == workflow.path for x in w.links)]
    called = {w.last.workflow.path for w in through}
    return [
        w
        for w in found
        if (w in through or w.last.workflow.path in called)
        and not (len(w.links) == 1 and _is_called_only(w.last.workflow, found))
    ]


def _is_called_only(workflow: Workflow, found: Sequence[Path]) -> bool:
    """Tell whether nothing but a call of the checkout starts a workflow."""
    is_called = any(len(w.links) > 1 and w.last.workflow.path == workflow.path for w in found)
    return is_called and set(workflow.events) == {"workflow_call"}


def _hands_key(secrets: Node | None) -> bool:
    return any(
        names_static_key(key.text) or any(names_static_key(name) for _, name in secrets_in(value))
        for key, value in scalars(secrets)
    )


def _reaches(workflow: Workflow, job: Job, jobs: Sequence[str], own: str) -> bool:
    """Tell whether a job that sees a key of an outer `env` needs it, as far as files say."""
    if job.id in jobs or own in jobs or (env_of(job.node) is not None and _has_key(job)):
        return True
    return any(map(evidence, job.steps)) or len(workflow.jobs) == 1


def _has_key(job: Job) -> bool:
    alone = Workflow("", Table(job.key.place, ()), {}, {})
    return bool(keys_of(alone, job))
