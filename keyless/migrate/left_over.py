"""What a step of a migrated job still does with a key pair that is no longer there."""

import re
from collections.abc import Iterable, Iterator

from keyless.jobs.workflow import Step, scalars
from keyless.migrate.key_places import NAMES
from keyless.text.sentences import listed

_OUTPUTS = re.compile(r"\bsteps\.[\w-]+\.outputs\.aws-(?:access-key-id|secret-access-key)\b")
_TOKEN = re.compile(r"aws[-_]se(?:ssion|curity)[-_]token", re.IGNORECASE)


def left_in(step: Step, removed: Iterable[str]) -> Iterator[str]:
    """Yield a sentence for each way in which a step still goes by the key pair."""
    env = {key.text: value.text for key, value in scalars(step.env)}
    condition = step.condition or ""
    names = sorted({*NAMES[:2], *removed} - set(env))
    if asked := [name for name in names if _names(name, condition)]:
        yield (
            f"the `if` of the step names {listed(asked)}. It asks whether the key is there, and "
            "the key goes. Leave that condition out"
        )
    inputs = (value.text for value in step.inputs.values())
    text = "\n".join([step.run or "", *inputs, *env.values()])
    if own := [name for name in names if name not in NAMES and _names(name, text)]:
        yield (
            f"the step reads {listed(own)}, and the key goes out of it. Let the step read the "
            "variables of a session instead: AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and "
            "AWS_SESSION_TOKEN"
        )
    pair = [name for name in names if name in NAMES and _names(name, text)]
    pair += dict.fromkeys(_OUTPUTS.findall(text))
    if pair and not _TOKEN.search("\n".join([text, *env])):
        yield (
            f"the step is handed {listed(pair)}. A role's session has a third part, the session "
            "token, which would be missing there. Hand AWS_SESSION_TOKEN over as well, or let the "
            "AWS CLI or an SDK read its environment"
        )


def _names(name: str, text: str) -> bool:
    return re.search(rf"\b{re.escape(name)}\b", text) is not None
