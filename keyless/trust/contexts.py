"""Put together what the grades of a policy serve, and note what these contexts lack."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Final

from keyless.trust.grade import Outcome
from keyless.trust.verdict import Context, Note, Repository, Verdict

_IDS: Final = ("owner_id", "id")


def contexts_of(outcomes: Iterable[Outcome]) -> tuple[Context, ...]:
    """List the contexts that are served, both subject forms of one as one.

    An id is named where all cases of a form ask for it. Beside a subject with ids one without them
    leaves none open: it shows the same repository.
    """
    served = [(outcome.form, each) for outcome in outcomes for each in outcome.contexts]
    opened = {
        (form, _place(each), claim)
        for form, each in served
        for claim in _IDS
        if getattr(each.repository, claim) is None
    }
    merged: list[Context] = []
    for form, each in served:
        keys = ((claim, {(f, _place(each), claim) for f in (form, "immutable")}) for claim in _IDS)
        open_ids = {claim: None for claim, key in keys if key & opened}
        context = replace(each, repository=replace(each.repository, **open_ids))
        for n, other in enumerate(merged):
            joint = _join(other, context)
            if joint is not None:
                merged[n] = joint
                break
        else:
            merged.append(context)
    return tuple(merged)


def notes_of(
    outcomes: Iterable[Outcome], contexts: Sequence[Context], *, immutable: bool
) -> frozenset[Note]:
    """Note a name without its id, and a context with one subject form of two."""
    known = [outcome for outcome in outcomes if outcome.verdict > Verdict.LOOKALIKE_OWNER]
    families: dict[object, set[str]] = {}
    for outcome in known:
        fields = ("owner",) if outcome.verdict <= Verdict.SIBLING_REPOSITORY else ("owner", "repo")
        names = (str(outcome.admission.text(field)).lower() for field in fields)
        places = [c for c in contexts if any(_join(c, each) for each in outcome.contexts)]
        for key in places if outcome.contexts else [(outcome.verdict, *names)]:
            families.setdefault(key, set()).add(outcome.form)
    notes = {Note.NAME_ONLY} if any(outcome.recycled for outcome in known) else set()
    if immutable and any(len(forms) == 1 for forms in families.values()):
        notes.add(Note.ONE_FORM)
    return frozenset(notes)


def _place(context: Context) -> tuple[str, str, str]:
    """Give what tells two contexts apart: names in lower case, or the ids where there are none.

    What an id alone names stays apart from what a name and the id name: the repository of that id
    gets in whatever it is called.
    """
    at = context.repository
    owner, name = at.owner or f"@{at.owner_id}", at.name or f"@{at.id}"
    return owner.lower(), name.lower(), context.context


def _join(one: Context, other: Context) -> Context | None:
    """Join what is known of one context; None when these are two, or have ids that differ."""
    if _place(one) != _place(other):
        return None
    mine, theirs = one.repository, other.repository
    ids = [{getattr(each, claim) for each in (mine, theirs)} - {None} for claim in _IDS]
    if max(map(len, ids)) > 1:
        return None
    numbers = (next(iter(each), None) for each in ids)
    return Context(Repository(mine.owner, mine.name, *numbers), one.context)
