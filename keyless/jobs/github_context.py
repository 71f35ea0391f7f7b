"""The context `github` of one run: what the files and the event decide, and nothing else.

Source: "Contexts reference" and "Events that trigger workflows", GitHub Docs.
"""

from collections.abc import Sequence

from keyless.facts import BRANCH_REF_PREFIX, PULL_REF_PREFIX, TAG_REF_PREFIX
from keyless.jobs.values import Open, RefText, Value, is_open, text_of
from keyless.jobs.workflow import texts
from keyless.jobs.world import PULL_REQUEST_EVENTS, World
from keyless.yaml_nodes import Items, Table

_PAYLOADS: dict[str, frozenset[str]] = {
    "pull_request": PULL_REQUEST_EVENTS,
    "workflow_run": frozenset({"workflow_run"}),
    "release": frozenset({"release"}),
    "client_payload": frozenset({"repository_dispatch"}),
    "inputs": frozenset({"workflow_dispatch"}),
    "merge_group": frozenset({"merge_group"}),
    "schedule": frozenset({"schedule"}),
    "issue": frozenset({"issues", "issue_comment"}),
    "comment": frozenset({"issue_comment", "pull_request_review_comment", "commit_comment"}),
    "head_commit": frozenset({"push"}),
    "commits": frozenset({"push"}),
    "deployment": frozenset({"deployment", "deployment_status"}),
    "deployment_status": frozenset({"deployment_status"}),
}
"""The events whose payload has a member; for others it is empty."""


def github_value(world: World, job: str, workflow: str, keys: Sequence[Value]) -> Value:
    """Return a member of `github`."""
    if not keys or any(is_open(key) or key is None for key in keys):
        return Open(frozenset({"github"}))
    names = [str(text_of(key)).lower() for key in keys]
    if names[0] == "event":
        return _event(world, names[1:])
    known = {**_of_repository(world), "workflow": workflow, "job": job, **_of_run(world)}
    return known.get(names[0], Open(frozenset({".".join(("github", *names))})))


def _of_repository(world: World) -> dict[str, Value]:
    return {
        "repository": world.repository,
        "repository_owner": world.repository.partition("/")[0],
        "repository_id": world.ids[0],
        "repository_owner_id": world.ids[1],
        "server_url": "https://github.com",
    }


def _of_run(world: World) -> dict[str, Value]:
    """Return what the event decides: nothing where a caller elsewhere does."""
    if world.ref is None:
        return {}
    known: dict[str, Value] = {
        "event_name": world.event,
        **{name: _ref(world.ref, name) for name in ("ref", "ref_name", "ref_type")},
    }
    if world.event not in PULL_REQUEST_EVENTS:
        known |= {"head_ref": "", "base_ref": ""}
    return known


def _ref(ref: str, name: str) -> Value:
    if name == "ref_type":
        return "tag" if ref.startswith(TAG_REF_PREFIX) else "branch"
    if name == "ref":
        return RefText(ref, is_full=True)
    for prefix in (BRANCH_REF_PREFIX, TAG_REF_PREFIX, PULL_REF_PREFIX):
        if ref.startswith(prefix):
            return RefText(ref.removeprefix(prefix), is_full=False)
    return ref


def _event(world: World, names: Sequence[str]) -> Value:
    whole = Open(frozenset({".".join(("github.event", *names))}))
    if not names or world.ref is None:
        return whole
    events = _PAYLOADS.get(names[0])
    if events is not None and world.event not in events:
        return None
    if names[0] == "schedule":
        return _schedule(world)
    return _payload(world, world.ref).get(tuple(names), whole)


def _payload(world: World, ref: str) -> dict[tuple[str, ...], Value]:
    """Return the members of the event that are known."""
    owner, _, name = world.repository.partition("/")
    head = ("pull_request", "head", "repo")
    head_owner = "somebody" if world.is_fork else owner
    known: dict[tuple[str, ...], Value] = {
        ("repository", "full_name"): world.repository,
        ("repository", "name"): name,
        ("repository", "default_branch"): world.default_branch,
        ("repository", "owner", "login"): owner,
        ("release", "tag_name"): _ref(ref, "ref_name"),
        ("pull_request", "base", "repo", "full_name"): world.repository,
        ("pull_request", "head", "user", "login"): head_owner,
        (*head, "full_name"): f"{head_owner}/{name}",
        (*head, "owner", "login"): head_owner,
        (*head, "fork"): world.is_fork,
        (*head, "id"): -1.0 if world.is_fork else float(world.ids[0]),
        (*head, "owner", "id"): -1.0 if world.is_fork else float(world.ids[1]),
    }
    if world.event in ("push", "workflow_dispatch"):
        known[("ref",)] = RefText(ref, is_full=True)
    return known


def _schedule(world: World) -> Value:
    node = world.event_node
    entries = node.items if isinstance(node, Items) else ()
    crons = [text for e in entries if isinstance(e, Table) for text in texts(e.get("cron"))]
    return world.choices.pick("schedule", crons) if crons else Open(frozenset({"a schedule"}))
