"""The report that a lead reads before agreeing: what changes for whom, and what is left to do.

Markdown. Names come from elsewhere: each is written as code, so that none becomes a link or a tag.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from keyless.adopt.changes import changes_by_repository, last_used_phrase, unused_phrase
from keyless.estate.reading.yaml_text import as_block
from keyless.text.printable import printable
from keyless.text.sentences import count

_ORDER = ("adopt", "replace", "refuse")
TITLES = {
    "adopt": "Taken over",
    "replace": "Replaced by exact roles beside them",
    "refuse": "Refused",
}
ROLES_TITLE = "Roles, what to look at first in front"
NO_TRAIL = (
    "What a role used is not known: run `trail.sql` in Athena, and adopt again with its CSV as "
    "`--trail`."
)
RULES_OF_APPS = (
    "Deployment protection rules of apps are not read, and no entry says them: look them up in the "
    "settings of each environment."
)
Listing = Mapping[str, Any]


def steps(stack: str) -> tuple[str, ...]:
    """Return what is done with the folder, a step each; code is between backquotes."""
    return (
        "Copy what is in this folder into the project, and read it.",
        f"`pulumi stack init {stack}`, then `pulumi import --file import.json "
        "--generate-code=false --yes`. Nothing is changed by an import.",
        "`pulumi preview`: nothing that was taken over is created, replaced or deleted.",
        "Give the person who runs `pulumi up` the policies in `rights`, beside those of the "
        "bootstrap: they name the roles that are taken over and lie outside of the stack's path.",
        "`pulumi up`. Then let workflows name the new roles where old ones are replaced, and "
        "delete an old role once it is unused. A workflow that names a role which was taken over "
        "goes on as it is.",
    )


def report_markdown(listing: Listing, stack: str) -> str:
    """Return the report; `listing` is that of `adopt_listing`."""
    parts = [
        "# What exists, and what becomes of it",
        summary(listing),
        "## Steps",
        "\n".join(f"{number}. {step}" for number, step in enumerate(steps(stack), start=1)),
        "## What changes for whom",
        *_changes(listing),
        *_rows(
            ROLES_TITLE,
            ("role", "who gets in today", "rights", "last used", "more than it used"),
            [
                (
                    _code(one["role"]),
                    one["verdict"],
                    _cell(one["rights"]),
                    last_used_phrase(one),
                    unused_phrase(one),
                )
                for one in listing["roles"]
            ],
        ),
        *([] if listing["trail"] else [NO_TRAIL]),
        *_roles(listing["roles"]),
        *_table(
            "Environments",
            ("environment", "what becomes of it"),
            [(f"{e['repository']} {e['environment']}", e["says"]) for e in listing["environments"]],
        ),
        *([RULES_OF_APPS] if listing["environments"] else []),
        *_table(
            "OIDC providers",
            ("provider", "what becomes of it"),
            [(one["url"], one["says"]) for one in listing["oidc_providers"]],
        ),
        *_keys(listing),
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


def summary(listing: Listing) -> str:
    """Return one sentence that counts."""
    roles = listing["roles"]
    counted = {name: sum(one["decision"] == name for one in roles) for name in _ORDER}
    return (
        f"{count(len(roles), 'role')} for GitHub: {counted['adopt']} taken over, "
        f"{counted['replace']} replaced, {counted['refuse']} refused. "
        f"{count(len(listing['static_keys']), 'user')} with stored keys."
    )


def _changes(listing: Listing) -> Iterator[str]:
    for repository, sentences in changes_by_repository(listing).items():
        yield f"### {_text(repository)}"
        yield "\n".join(f"- {_text(sentence)}" for sentence in sentences)


def _roles(roles: Sequence[Listing]) -> Iterator[str]:
    for decision in _ORDER:
        chosen = [one for one in roles if one["decision"] == decision]
        rows = [(_role(one), _role_says(one)) for one in chosen]
        yield from _table(TITLES[decision], ("role", "why, and what to do"), rows)


def _role(one: Listing) -> str:
    place = one["context"] or ", ".join(one["contexts"])
    return " ".join(part for part in (one["role"], one["repository"], place) if part)


def _role_says(one: Listing) -> str:
    used = f" Used by {', '.join(one['used_by'])}." if one["used_by"] else ""
    idle = f" Not used: {', '.join(one['unused'])}." if one["unused"] else ""
    return f"{one['says']}{used}{idle}{''.join(f' {each}' for each in one['remarks'])}"


def _keys(listing: Listing) -> Iterator[str]:
    yield from _table(
        "Stored keys",
        ("user and keys", "where they seem to be, and what replaces them"),
        [(_key(one), _key_says(one)) for one in listing["static_keys"]],
    )
    for one in listing["static_keys"]:
        for each in one["replacements"]:
            yield f"### {_code(one['user'])} in {_text(each['repository'])}"
            yield from (f"- {_text(said)}" for said in each["says"])
            yield _fenced("yaml", as_block(each["entry"]))
            yield _fenced("bash", "\n".join(each["commands"]))
    yield from _table(
        "Secrets that seem to contain a key of a user that is not known",
        ("place", "names"),
        [
            (f"{p['repository']} {p['environment'] or ''}".strip(), ", ".join(p["names"]))
            for p in listing["keys_of_nobody"]
        ],
    )


def _key(one: Listing) -> str:
    return f"{one['user']} {' '.join(key['id'] for key in one['keys'])}"


def _key_says(one: Listing) -> str:
    places = [
        f"{each['repository']} {each['environment'] or ''}".strip() for each in one["secrets"]
    ]
    seem = f"By its name it is in {', '.join(places)}." if places else "No secret is named like it."
    jobs = f" Used by {', '.join(one['workflows'])}." if one["workflows"] else ""
    rights = f" Rights: {one['rights']}{', as the trail shows' if one['from_trail'] else ''}."
    more = "".join(f" {sentence}" for sentence in (*one["says"], *one["blocked"]))
    return f"{seem}{jobs}{rights}{more} Let the jobs become a role, then delete the keys."


def _table(title: str, heads: tuple[str, str], rows: Sequence[tuple[str, str]]) -> Iterator[str]:
    yield from _rows(title, heads, [(_code(name), _cell(says)) for name, says in rows])


def _rows(title: str, heads: Sequence[str], rows: Sequence[tuple[str, ...]]) -> Iterator[str]:
    if not rows:
        return
    yield f"## {title}"
    lines = [f"| {' | '.join(heads)} |", f"|{' --- |' * len(heads)}"]
    lines += [f"| {' | '.join(cells)} |" for cells in rows]
    yield "\n".join(lines)


def _fenced(kind: str, text: str) -> str:
    lines = [printable(line, 2000).replace("```", "") for line in text.rstrip("\n").split("\n")]
    return "\n".join([f"```{kind}", *lines, "```"])


def _text(text: str) -> str:
    """Return prose in which code between backquotes alone is markup."""
    parts = printable(text, 2000).replace("<", "&lt;").split("`")
    return "`".join(p if n % 2 else p.replace("[", "\\[") for n, p in enumerate(parts))


def _code(name: str) -> str:
    return f"`{_cell(name).replace('`', ' ')}`"


def _cell(text: str) -> str:
    plain = printable(text, 2000).replace("\n", " ")
    return plain.replace("|", "\\|").replace("<", "&lt;")
