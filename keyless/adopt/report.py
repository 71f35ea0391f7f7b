"""The report that a lead reads before agreeing: what changes for whom, and what is left to do.

Markdown. Names come from elsewhere: each is written as code, so that none becomes a link or a tag.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from keyless.text.printable import printable
from keyless.text.sentences import count

_ORDER = ("adopt", "replace", "refuse")
_TITLES = {
    "adopt": "Taken over",
    "replace": "Replaced by exact roles beside them",
    "refuse": "Refused",
}
_STEPS = """\
1. Copy what is in this folder into the project, and read it.
2. `pulumi stack init {stack}`, then `pulumi import --file import.json --generate-code=false --yes`.
   Nothing is changed by an import.
3. `pulumi preview`: nothing that was taken over is created, replaced or deleted.
4. `pulumi up`. Then let workflows name the new roles where old ones are replaced, and delete an old
   role once it is unused. A workflow that names a role which was taken over goes on as it is.
"""


def report_markdown(listing: dict[str, Any], stack: str) -> str:
    """Return the report; `listing` is that of `adopt_listing`."""
    parts = [
        "# What exists, and what becomes of it",
        summary(listing),
        "## Steps",
        _STEPS.format(stack=stack),
        *_roles(listing["roles"]),
        *_table(
            "Environments",
            ("environment", "what becomes of it"),
            [(f"{e['repository']} {e['environment']}", e["says"]) for e in listing["environments"]],
        ),
        *_table(
            "OIDC providers",
            ("provider", "what becomes of it"),
            [(one["url"], one["says"]) for one in listing["oidc_providers"]],
        ),
        *_table(
            "Stored keys",
            ("user and keys", "where they seem to be, and which jobs use them"),
            [(_key(one), _key_says(one)) for one in listing["static_keys"]],
        ),
        *_table(
            "Secrets that name a role",
            ("secret", "what to do"),
            [
                (_secret(one), "Nobody can read it. Write the role's ARN into a variable instead.")
                for one in listing["secrets_with_arns"]
            ],
        ),
        *_table(
            "Jobs that do not get in today",
            ("job", "contexts"),
            [
                (f"{j['repository']} {j['workflow']}#{j['job']}", ", ".join(j["contexts"]))
                for j in listing["jobs"]
                if j["gets_in"] is False
            ],
        ),
        *_table(
            "Rulesets",
            ("ruleset", "what becomes of it"),
            [(f"{r['repository']} {r['ruleset']}", r["says"]) for r in listing["rulesets"]],
        ),
        *_table(
            "Workflow files that cannot be read",
            ("file", "why"),
            [(f"{u['repository']} {u['workflow']}", u["says"]) for u in listing["unreadable"]],
        ),
    ]
    return "\n".join(f"{part}\n" for part in parts)


def summary(listing: dict[str, Any]) -> str:
    """Return one sentence that counts."""
    roles = listing["roles"]
    counted = {name: sum(one["decision"] == name for one in roles) for name in _ORDER}
    return (
        f"{count(len(roles), 'role')} for GitHub: {counted['adopt']} taken over, "
        f"{counted['replace']} replaced, {counted['refuse']} refused. "
        f"{count(len(listing['static_keys']), 'user')} with stored keys."
    )


def _roles(roles: Sequence[dict[str, Any]]) -> Iterator[str]:
    for decision in _ORDER:
        chosen = [one for one in roles if one["decision"] == decision]
        rows = [(_role(one), _role_says(one)) for one in chosen]
        yield from _table(_TITLES[decision], ("role", "why, and what to do"), rows)


def _role(one: dict[str, Any]) -> str:
    place = one["context"] or ", ".join(one["contexts"])
    return " ".join(part for part in (one["role"], one["repository"], place) if part)


def _role_says(one: dict[str, Any]) -> str:
    used = f" Used by {', '.join(one['used_by'])}." if one["used_by"] else ""
    return f"{one['says']}{used}"


def _key(one: dict[str, Any]) -> str:
    return f"{one['user']} {' '.join(key['id'] for key in one['keys'])}"


def _key_says(one: dict[str, Any]) -> str:
    places = [
        f"{each['repository']} {each['environment'] or ''}".strip() for each in one["secrets"]
    ]
    seem = f"By its name it is in {', '.join(places)}." if places else "No secret is named like it."
    jobs = f" Used by {', '.join(one['workflows'])}." if one["workflows"] else ""
    return f"{seem}{jobs} Let the jobs become a role, then deactivate and delete the keys."


def _secret(one: dict[str, Any]) -> str:
    place = f"{one['repository']} {one['environment'] or ''}".strip()
    return f"{place} {one['name']}"


def _table(title: str, heads: tuple[str, str], rows: Sequence[tuple[str, str]]) -> Iterator[str]:
    if not rows:
        return
    yield f"## {title}"
    lines = [f"| {heads[0]} | {heads[1]} |", "| --- | --- |"]
    lines += [f"| {_code(name)} | {_cell(says)} |" for name, says in rows]
    yield "\n".join(lines)


def _code(name: str) -> str:
    return f"`{_cell(name).replace('`', ' ')}`"


def _cell(text: str) -> str:
    plain = printable(text, 2000).replace("\n", " ")
    return plain.replace("|", "\\|").replace("<", "&lt;")
