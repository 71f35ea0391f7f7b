"""Put a role in place of the keys of some jobs: every edit of every file that it takes."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from keyless.jobs.calls import Link, Path
from keyless.jobs.checkout import Checkout, action_files, make_checkout
from keyless.jobs.edits import ConflictError, Edits, Fields, Written, written
from keyless.jobs.visit import CONFIGURE
from keyless.jobs.workflow import Job, Step, Workflow, own_folder, scalars, table, text
from keyless.jobs.workflow_text import UnreadableFileError, read_file
from keyless.migrate.choice import Choice
from keyless.migrate.job_edits import (
    REGION_INPUTS,
    ROLE_INPUT,
    add_to_job,
    cut_lines,
    give_role,
    outer_region,
    prune,
    region_of,
)
from keyless.migrate.key_places import (
    Keys,
    RefusedError,
    StepKeys,
    env_of,
    find_keys,
    secrets_in,
    step_items,
)
from keyless.migrate.left_over import left_in
from keyless.migrate.opening import first_use, opening_if, refuse_other_condition
from keyless.migrate.rights import add_rights
from keyless.workflow.action_pins import action_pins
from keyless.yaml_nodes import Items, Node, Scalar, Table

_BOM = b"\xef\xbb\xbf"
_OF_OTHER_ROLES = (
    "role-external-id",
    "role-chaining",
    "force-skip-oidc",
    "role-skip-session-tagging",
)
"""Inputs that go with a key or with another role, not with a token."""

_READ_THE_ENVIRONMENT = (
    "aws-actions/",
    "docker/login-action@",
    "keithweaver/aws-s3-github-action@",
    "whoan/docker-build-with-cache-action@",
)
"""Actions that read the credentials of their environment: documented, or in their code."""

_ARN = re.compile(r"arn:[\w-]+:iam::(\d{12}):role/")


@dataclass(frozen=True)
class Target:
    """One job with keys, in its file, with every way that leads to it."""

    workflow: Workflow
    job: Job
    paths: tuple[Path, ...]
    keys: Keys


@dataclass(frozen=True, kw_only=True)
class _Unit:
    """A list of steps, and what its credentials step says."""

    edits: Edits
    items: Items
    path: str
    role: str
    label: str
    region: Written
    settings: Fields


def keys_of(workflow: Workflow, job: Job) -> Keys | None:
    """Return the keys of a job; None where it has no steps. Raises RefusedError."""
    items = step_items(job.node)
    if items is None:
        return None
    layers = [env for env in (env_of(job.node), env_of(workflow.node)) if env is not None]
    return find_keys(items, layers)


@dataclass
class Rewriting:
    """The edits of a checkout; `keeps_conditions` is False to ask what every run comes to."""

    checkout: Checkout
    keeps_conditions: bool = True
    notes: list[str] = field(default_factory=list)
    _files: dict[str, tuple[Edits, bool]] = field(default_factory=dict)
    _actions: dict[str, frozenset[str]] = field(default_factory=dict)
    _secrets: dict[str, set[str]] = field(default_factory=dict)
    _env_names: dict[tuple[str, str], set[str]] = field(default_factory=dict)

    def migrate(self, target: Target, choice: Choice) -> None:
        """Put the role of a choice in place of the keys of one job. Raises RefusedError."""
        workflow, job = target.workflow, target.job
        edits = self._edits(workflow.path)
        items = step_items(job.node)
        if items is None:
            return
        unit = _Unit(
            edits=edits,
            items=items,
            path=workflow.path,
            role=choice.expression,
            label=f"Become {choice.label}",
            region=choice.region,
            settings=choice.settings,
        )
        for layer, name in target.keys.outer:
            edits.remove(layer, name)
        self._steps(unit, target.keys, choice, outer_region(workflow, job))
        self._env_names[workflow.path, job.id] = {name for _, name in target.keys.outer} | {
            name for keys in target.keys.steps for name in keys.env
        }
        self._rights(target, choice)
        self._note_time(target, choice)
        self._secrets.setdefault(workflow.path, set()).update(target.keys.secrets)

    def files(self) -> dict[str, bytes]:
        """Return every file that changes. Raises RefusedError."""
        for path, names in list(self._secrets.items()):
            self._forget_secrets(path, names)
        found = {}
        for path, (edits, has_mark) in self._files.items():
            prune(edits, edits.root)
            try:
                text = edits.apply()
            except ConflictError as error:
                raise RefusedError(
                    error.line,
                    f"{error.sentence.rstrip('.')}. The edit would change more than the keys. "
                    "Write the lines around it plainly, or edit this place by hand",
                    path,
                ) from None
            if text != edits.text:
                found[path] = (_BOM if has_mark else b"") + text.encode()
        return found

    def leftovers(self, after: Checkout) -> Iterator[tuple[str, int, str]]:
        """Yield what the edited files still do with a key: the file, its line, and a sentence."""
        for (path, job_id), names in self._env_names.items():
            job = after.workflows[path].jobs[job_id]
            for line, secret in secrets_in(job.node):
                if secret in self._secrets.get(path, ()):
                    yield (
                        path,
                        line,
                        f"secrets.{secret} is read in a place that is not edited. The job would "
                        "still take the key. Take it out of there first",
                    )
            for step in job.steps:
                yield from ((path, step.line, says) for says in left_in(step, names))
        for path in self._actions:
            action = after.action(path.rpartition("/")[0])
            for step in action.steps if action else ():
                yield from ((path, step.line, says) for says in left_in(step, set()))

    def sharing(self, after: Checkout) -> Iterator[tuple[str, str, str]]:
        """Yield each job that hands a key to an edited action: its file, its name, the action."""
        for path, workflow in after.workflows.items():
            for job in workflow.jobs.values():
                for step in job.steps:
                    folder = own_folder(step.uses or "")
                    action = None if folder is None else after.action(folder)
                    if action and self._actions.get(action.path, frozenset()) & set(step.inputs):
                        yield path, job.id, action.path

    def _edits(self, path: str) -> Edits:
        if path not in self._files:
            content = self.checkout.read(path) or b""
            known = self.checkout.workflows.get(path)
            try:
                root: Node | None = known.node if known else read_file(content)
            except UnreadableFileError as error:
                raise RefusedError(error.line, error.sentence.rstrip("."), path) from None
            if root is None:
                raise RefusedError(1, "empty. There is nothing to edit. Write its steps", path)
            self._files[path] = Edits(content.decode("utf-8-sig"), root), content.startswith(_BOM)
        return self._files[path][0]

    def _steps(self, unit: _Unit, keys: Keys, choice: Choice, outer: Written | None) -> None:
        at = first_use(unit.items, keys)
        if at is None:
            refuse_other_condition(unit.items, keys)
        by_index = {found.index: found for found in keys.steps}
        for found in keys.steps:
            self._step(unit, found, choice, outer, is_first=found.index == at)
        if at is None or (at in by_index and by_index[at].is_whole):
            return
        source = by_index.get(at)
        region = region_of(unit.edits, source) or outer or unit.region
        unit.edits.insert_item(
            unit.items, at, self._become(unit, region, opening_if(unit.edits, unit.items, keys))
        )

    def _step(
        self,
        unit: _Unit,
        found: StepKeys,
        choice: Choice,
        outer: Written | None,
        *,
        is_first: bool,
    ) -> None:
        step = found.step
        for name in found.env:
            if step.env:
                unit.edits.remove(step.env, name)
        inputs = table(step.node.get("with"))
        if inputs and found.inputs:
            if found.is_configure:
                self._assumed(unit, step, choice)
                self._configure(unit, step, inputs, found.inputs, outer)
            elif found.is_local:
                self._local(unit, step, inputs, found.inputs, choice)
            else:
                self._refuse_own_action(step)
                for name in found.inputs:
                    unit.edits.remove(inputs, name)
                self._note_action(unit, step)
        elif found.env and step.uses and not found.is_local:
            self._note_action(unit, step)
        if found.is_whole:
            region = outer or unit.region
            fields = self._become(unit, region, self._condition(unit, step)) if is_first else {}
            unit.edits.replace_item(unit.items, found.index, fields)
        elif found.lines:
            cut_lines(unit.edits, step, found.lines)

    def _condition(self, unit: _Unit, step: Step) -> Written | None:
        node = step.node.get("if")
        return unit.edits.raw(node) if isinstance(node, Scalar) else None

    def _become(self, unit: _Unit, region: Written, condition: Written | None) -> Fields:
        when: Fields = {"if": condition} if condition and self.keeps_conditions else {}
        return {
            "name": written(unit.label),
            **when,
            "uses": _pin(),
            "with": {ROLE_INPUT: Written(unit.role), "aws-region": region, **unit.settings},
        }

    def _assumed(self, unit: _Unit, step: Step, choice: Choice) -> None:
        """Tell of the role that the key became: the one of the choice takes its place."""
        value = step.inputs.get(ROLE_INPUT)
        if value is None or not value.text:
            return
        arn = _ARN.match(value.text.strip())
        own = _ARN.match(choice.roles[0].described.role_arn)
        if arn and own and arn[1] != own[1]:
            raise RefusedError(
                value.place.line,
                f"the key becomes {value.text}. The stack has no role in the account {arn[1]}. "
                "Migrate the job with the stack of that account",
                unit.path,
            )
        self.notes.append(
            f"{unit.path}:{value.place.line}: with the key the job became {value.text}. It becomes "
            f"{choice.label} instead. Compare what the two may do"
        )

    def _refuse_own_action(self, step: Step) -> None:
        """Refuse an action of the repository that is named as if it were of another."""
        uses = step.uses or ""
        own = f"{self.checkout.repository}/"
        if uses.casefold().startswith(own.casefold()):
            folder = uses[len(own) :].partition("@")[0]
            raise RefusedError(
                step.line,
                f"the action {uses} of this repository takes the key. By that name it is used as "
                f"it was at that ref, which no edit changes. Write ./{folder}, which is changed "
                "with the job",
            )

    def _configure(
        self, unit: _Unit, step: Step, inputs: Table, names: Sequence[str], outer: Written | None
    ) -> None:
        """Turn the credentials step itself into one that takes a role."""
        edits = unit.edits
        edits.replace(step.node, "uses", {"uses": _pin()})
        given = {key.text.lower() for key, _ in inputs.entries}
        region: Fields = {} if "aws-region" in given else {"aws-region": outer or unit.region}
        settings = {key: value for key, value in unit.settings.items() if key not in given}
        fields = {ROLE_INPUT: Written(unit.role), **region, **settings}
        own = next((key.text for key, _ in inputs.entries if key.text.lower() == ROLE_INPUT), None)
        first, *others = [own, *names] if own else names
        edits.replace(inputs, first, fields)
        others += [key.text for key, _ in inputs.entries if key.text.lower() in _OF_OTHER_ROLES]
        for name in others:
            edits.remove(inputs, name)
        if not self.keeps_conditions and step.condition is not None:
            edits.remove(step.node, "if")

    def _local(
        self, unit: _Unit, step: Step, inputs: Table, names: Sequence[str], choice: Choice
    ) -> None:
        """Hand the role to a composite action of the checkout, in place of the key."""
        action = self.checkout.action(own_folder(step.uses or "") or "")
        if action is None:
            raise self._no_steps(step)
        give_role(unit.edits, inputs, names, {ROLE_INPUT: Written(unit.role)})
        if action.path not in self._actions:
            self._actions[action.path] = frozenset(name.lower() for name in names)
            self._action(action.path, names, choice)

    def _no_steps(self, step: Step) -> RefusedError:
        """Return why an action of the checkout cannot be handed a role."""
        folder = own_folder(step.uses or "") or ""
        paths = action_files(folder)
        for broken in self.checkout.unreadable:
            if broken.path in paths:
                return RefusedError(broken.line, broken.says.rstrip("."), broken.path)
        if all(self.checkout.read(path) is None for path in paths):
            return RefusedError(
                step.line,
                f"the action {step.uses} takes the key and is not in the checkout. What it does "
                f"with the key cannot be seen. Add {paths[0]}, or let the step read the "
                "credentials of its environment",
            )
        return RefusedError(
            step.line,
            f"the action {step.uses} takes the key and is not made of steps. Its code has to "
            "change first. Let it read the credentials of its environment",
        )

    def _action(self, path: str, names: Sequence[str], choice: Choice) -> None:
        edits = self._edits(path)
        root = table(edits.root)
        items = step_items(table(root.get("runs")) if root else None)
        declared = table(root.get("inputs")) if root else None
        if root is None or items is None:
            raise RefusedError(
                1, "no steps in the action, which takes the key. Write its steps", path
            )
        if declared is None:
            raise RefusedError(
                1, "no inputs are declared, and a key is handed over. Declare those taken", path
            )
        try:
            keys = find_keys(items, [], self._actions[path])
        except RefusedError as error:
            raise RefusedError(error.line, error.sentence, path) from None
        region = next(
            (key.text for key, _ in declared.entries if key.text.lower() in REGION_INPUTS), None
        )
        first = choice.roles[0]
        unit = _Unit(
            edits=edits,
            items=items,
            path=path,
            role=f"${{{{ inputs.{ROLE_INPUT} }}}}",
            label="Become the role",
            region=Written(f"${{{{ inputs.{region} }}}}" if region else first.described.region),
            settings=choice.settings,
        )
        self._steps(unit, keys, choice, None)
        folded = {name.lower() for name in names}
        own = [key.text for key, _ in declared.entries if key.text.lower() in folded]
        said = {
            "description": written("the ARN of the role to become"),
            "required": Written("true"),
        }
        if own:
            give_role(edits, declared, own, {ROLE_INPUT: said})
        self.notes.append(f"{path}: changed too, for every workflow that uses it")

    def _rights(self, target: Target, choice: Choice) -> None:
        steps = target.job.steps
        own: Fields = {}
        if choice.added_environment is not None:
            own = {"environment": written(choice.added_environment)}
        edits = self._edits(target.workflow.path)
        if not _inherits(target):
            fields, note = add_rights(edits, target.workflow, target.job, steps)
            self._note(target.workflow.path, note)
            own = {**own, **fields}
        add_to_job(edits, target.job, own)
        for path in target.paths:
            for link in path.links[:-1]:
                outer = self._edits(link.workflow.path)
                fields, note = add_rights(outer, link.workflow, link.job, steps)
                self._note(link.workflow.path, note)
                add_to_job(outer, link.job, fields)
                self._forget_handed(outer, link, target.keys.secrets)

    def _note(self, path: str, note: str | None) -> None:
        if note and f"{path}: {note}" not in self.notes:
            self.notes.append(f"{path}: {note}")

    def _note_time(self, target: Target, choice: Choice) -> None:
        """Tell of a job that may run for longer than its session lasts."""
        limit = text(target.job.node.get("timeout-minutes")) or ""
        lasts = min(role.described.session_minutes for role in choice.roles)
        if limit.isdigit() and int(limit) > lasts:
            line = target.job.line_of("timeout-minutes")
            self._note(
                f"{target.workflow.path}:{line}",
                f"the job {target.job.id} may run for {limit} minutes, and the session ends after "
                f"{lasts}. A key did not end. Write session_minutes in the stack file if the work "
                "takes longer",
            )

    def _note_action(self, unit: _Unit, step: Step) -> None:
        if not (step.uses or "").lower().startswith(_READ_THE_ENVIRONMENT):
            self.notes.append(
                f"{unit.path}:{step.line}: {step.uses} got the key. It gets a session in its "
                "environment now, of which AWS_SESSION_TOKEN is a part. Look in its documentation "
                "whether it reads that"
            )

    def _forget_handed(self, edits: Edits, link: Link, names: Iterable[str]) -> None:
        """Remove from a calling job the secrets that it hands over for nothing."""
        folded = {name.lower() for name in names}
        secrets = table(link.job.node.get("secrets"))
        for key, _ in scalars(secrets):
            if secrets and key.text.lower() in folded:
                edits.remove(secrets, key.text)

    def _forget_secrets(self, path: str, names: Iterable[str]) -> None:
        """Remove from a reusable workflow the declarations of secrets that it no longer reads."""
        workflow = self.checkout.workflows.get(path)
        event = table(workflow.events.get("workflow_call")) if workflow else None
        declared = table(event.get("secrets")) if event else None
        folded = {name.lower() for name in names}
        if declared:
            edits = self._edits(path)
            for key, _ in declared.entries:
                if key.text.lower() in folded:
                    edits.remove(declared, key.text)


def _inherits(target: Target) -> bool:
    """Tell whether a job has no rights but those of its callers."""
    blocks = (target.job.node.get("permissions"), target.workflow.node.get("permissions"))
    return blocks == (None, None) and all(len(way.links) > 1 for way in target.paths)


def _pin() -> Written:
    pin = action_pins()[CONFIGURE]
    return Written(f"{pin.action}@{pin.commit}", pin.tag)


def overlaid(checkout: Checkout, files: dict[str, bytes]) -> Checkout:
    """Return a checkout as it is once some files are written."""

    def read(path: str) -> bytes | None:
        return files[path] if path in files else checkout.read(path)

    contents = ((path, read(path) or b"") for path in checkout.workflows)
    return make_checkout(checkout.repository, checkout.default_branch, contents, read)
