"""Serve repository rulesets.

Source: "REST API endpoints for rules". What a ruleset demands is kept and answered, never enforced:
nothing is pushed here.
"""

from typing import Any

from flask import Blueprint, Response

from sandbox.github.bodies.moment import moment
from sandbox.github.documented import documented
from sandbox.github.links import api_url, html_url, node_id
from sandbox.github.pages import page_of
from sandbox.github.refusals import RULES_NEED_A_PLAN, Refusal, not_found, validation_failed
from sandbox.github.request_body import Property, read_body
from sandbox.github.scope import github
from sandbox.github.state import Repository, Ruleset

routes = Blueprint("rulesets", __name__)

_ENFORCEMENT = ("disabled", "active", "evaluate")
_TARGETS = ("branch", "tag", "push")
_CHANGED = {
    "name": Property("string"),
    "target": Property("string", values=_TARGETS),
    "enforcement": Property("string", values=_ENFORCEMENT),
    "bypass_actors": Property("array"),
    "conditions": Property("object"),
    "rules": Property("array"),
    "source": Property("string"),
    "source_type": Property("string"),
}
_NEW = _CHANGED | {
    "name": Property("string", required=True),
    "enforcement": Property("string", required=True, values=_ENFORCEMENT),
}
_RULES = {
    "creation",
    "update",
    "deletion",
    "required_linear_history",
    "merge_queue",
    "required_deployments",
    "required_signatures",
    "pull_request",
    "required_status_checks",
    "non_fast_forward",
    "commit_message_pattern",
    "commit_author_email_pattern",
    "committer_email_pattern",
    "branch_name_pattern",
    "tag_name_pattern",
    "workflows",
    "code_scanning",
    "copilot_code_review",
    "file_path_restriction",
    "max_file_path_length",
    "file_extension_restriction",
    "max_file_size",
}
_PULL_REQUEST: dict[str, Any] = {
    "allowed_merge_methods": ["merge", "squash", "rebase"],
    "required_reviewers": [],
}


@routes.get("/rulesets")
@documented("repos/rules#get-all-repository-rulesets")
def list_rulesets(repository: Repository) -> list[dict[str, Any]]:
    """List rulesets without what they demand."""
    _require_rulesets(repository)
    return page_of(_summary(repository, ruleset) for ruleset in repository.rulesets.values())


@routes.post("/rulesets")
@documented("repos/rules#create-a-repository-ruleset")
def create_ruleset(repository: Repository) -> tuple[dict[str, Any], int]:
    """Create a ruleset."""
    _require_rulesets(repository)
    body = read_body(_NEW)
    now = github().now()
    ruleset = Ruleset(github().new_id(), "", "branch", "disabled", created_at=now, updated_at=now)
    _apply(repository, ruleset, body)
    repository.rulesets[ruleset.id] = ruleset
    return _describe(repository, ruleset), 201


@routes.get("/rulesets/<int:ruleset_id>")
@documented("repos/rules#get-a-repository-ruleset")
def read_ruleset(repository: Repository, ruleset_id: int) -> dict[str, Any]:
    """Answer with a whole ruleset."""
    return _describe(repository, _find(repository, ruleset_id))


@routes.put("/rulesets/<int:ruleset_id>")
@documented("repos/rules#update-a-repository-ruleset")
def change_ruleset(repository: Repository, ruleset_id: int) -> dict[str, Any]:
    """Change what the body names."""
    ruleset = _find(repository, ruleset_id)
    _apply(repository, ruleset, read_body(_CHANGED))
    return _describe(repository, ruleset)


@routes.delete("/rulesets/<int:ruleset_id>")
@documented("repos/rules#delete-a-repository-ruleset")
def delete_ruleset(repository: Repository, ruleset_id: int) -> Response:
    """Delete a ruleset."""
    del repository.rulesets[_find(repository, ruleset_id).id]
    return Response(status=204)


def _require_rulesets(repository: Repository) -> None:
    if repository.visibility != "public" and not repository.owner.plan.rulesets:
        raise Refusal(403, RULES_NEED_A_PLAN)


def _find(repository: Repository, ruleset_id: int) -> Ruleset:
    _require_rulesets(repository)
    try:
        return repository.rulesets[ruleset_id]
    except KeyError:
        raise not_found() from None


def _apply(repository: Repository, ruleset: Ruleset, body: dict[str, Any]) -> None:
    rules = [_completed(rule) for rule in body.get("rules", ruleset.rules)]
    name = body.get("name", ruleset.name)
    if any(other.name == name and other is not ruleset for other in repository.rulesets.values()):
        raise validation_failed("Name must be unique")
    ruleset.name = name
    ruleset.rules = rules
    ruleset.target = body.get("target", ruleset.target)
    ruleset.enforcement = body.get("enforcement", ruleset.enforcement)
    ruleset.bypass_actors = body.get("bypass_actors", ruleset.bypass_actors)
    ruleset.conditions = body.get("conditions", ruleset.conditions)
    ruleset.updated_at = github().now()


def _completed(rule: Any) -> dict[str, Any]:
    """Return a rule with the parameters that GitHub adds to those that were sent."""
    if not isinstance(rule, dict) or rule.get("type") not in _RULES:
        shown = rule.get("type") if isinstance(rule, dict) else rule
        raise validation_failed(f"Invalid rule '{shown}'")
    if rule["type"] != "pull_request":
        return rule
    sent = {name: value for name, value in rule.get("parameters", {}).items() if value is not None}
    return rule | {"parameters": _PULL_REQUEST | sent}


def _summary(repository: Repository, ruleset: Ruleset) -> dict[str, Any]:
    path = f"/repos/{repository.full_name}/rulesets/{ruleset.id}"
    page = f"/{repository.full_name}/rules/{ruleset.id}"
    return {
        "id": ruleset.id,
        "name": ruleset.name,
        "target": ruleset.target,
        "source_type": "Repository",
        "source": repository.full_name,
        "enforcement": ruleset.enforcement,
        "node_id": node_id("RRS", repository.id, ruleset.id),
        "_links": {"self": {"href": api_url(path)}, "html": {"href": html_url(page)}},
        "created_at": moment(ruleset.created_at),
        "updated_at": moment(ruleset.updated_at),
    }


def _describe(repository: Repository, ruleset: Ruleset) -> dict[str, Any]:
    return _summary(repository, ruleset) | {
        "conditions": ruleset.conditions,
        "rules": ruleset.rules,
        "bypass_actors": ruleset.bypass_actors,
        "current_user_can_bypass": "never",
    }
