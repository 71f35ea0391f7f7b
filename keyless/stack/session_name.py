r"""The session name by which CloudTrail finds a workflow's run again.

It ends with the run's id and attempt, which `trail` takes out of it; both expressions are numbers.
AWS takes 2 to 64 characters of `\w+=,.@-` ("AssumeRoleWithWebIdentity", RoleSessionName).
"""

import re

LIMIT = 64
_LONGEST_RUN_ID = 20
_LONGEST_ATTEMPT = 4
_RUN = "-${{ github.run_id }}-${{ github.run_attempt }}"

RUN_ID = r"-(\d+)-\d+$"
"""Finds the run's id in a session name, in the regular expressions of Python and of Trino."""


def session_name(*words: str) -> str:
    """Return the expression for `role-session-name`, beginning with `words` as far as they fit."""
    longest = LIMIT - _LONGEST_RUN_ID - _LONGEST_ATTEMPT - len("--")
    return re.sub(r"[^A-Za-z0-9_+=,.@-]", "-", "-".join(words))[:longest] + _RUN
