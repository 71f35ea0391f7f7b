"""One policy that a role gets, as plain values, no matter who read it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Grant:
    """One policy that a role gets.

    `label` names it in a sentence. `document` is JSON text or plain data, None where nobody shows
    it, or where `unknown` names the value that is only known later. `arn` is that of a managed
    policy, as far as it is known: what comes before `policy/` may be missing.
    """

    label: str
    document: object = None
    arn: str = ""
    unknown: str = ""
