"""The queries that find a role's sessions in CloudTrail, what they did, and who was refused.

Fields are those of CloudTrail's records; the table is the one of Athena's documentation ("Query
AWS CloudTrail logs"), the other form that of an event data store of CloudTrail Lake. Both speak
Trino's SQL and differ in how they write requests and times. Nothing is run here.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from string import Template

from keyless.command_line.errors import CommandError
from keyless.facts import REPOSITORY_PREFIX
from keyless.stack.role import Role
from keyless.stack.session_name import RUN_ID

DEFAULT_TABLE = "cloudtrail_logs"
LONGEST_DAYS = 3653
"""The longest retention of an event data store ("CloudTrail Lake")."""

_IDENTIFIER = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,254}\Z")
_EVENT_DATA_STORE = re.compile(
    r"(?:arn:aws[a-z-]*:cloudtrail:[a-z0-9-]+:[0-9]{12}:eventdatastore/)?"
    r"([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\Z"
)


@dataclass(frozen=True)
class Query:
    """One query: what it answers, and its SQL."""

    answers: str
    sql: str


@dataclass(frozen=True)
class Log:
    """Where CloudTrail's records are, and how its SQL names what differs.

    `request` is a pattern for a field of what was asked. `day_partition` is a partition column
    that contains days as `yyyy/MM/dd`; without it a whole table is read for any period.
    """

    name: str
    request: str
    time_format: str
    day_partition: str | None = None

    @classmethod
    def athena(cls, table: str, day_partition: str | None = None) -> "Log":
        """Return the log in a table of Athena: `TABLE`, `DATABASE.TABLE` or with a catalogue.

        Raises CommandError for any other name.
        """
        parts = table.split(".")
        if day_partition is not None and not _IDENTIFIER.match(day_partition):
            raise CommandError(
                f"--day-partition: {day_partition[:100]!a} is no column of Athena. The query would "
                "read something else. Write its name alone, such as timestamp."
            )
        if len(parts) > 3 or not all(_IDENTIFIER.match(part) for part in parts):
            raise CommandError(
                f"--table: {table[:100]!a} is no table of Athena. The query would read something "
                f"else. Write TABLE or DATABASE.TABLE, such as default.{DEFAULT_TABLE}."
            )
        return cls(
            ".".join(f'"{part}"' for part in parts),
            "json_extract_scalar(requestparameters, '$.{}')",
            "%Y-%m-%dT%H:%M:%SZ",
            day_partition,
        )

    @classmethod
    def lake(cls, event_data_store: str) -> "Log":
        """Return the log in an event data store, named by its id or ARN.

        Raises CommandError for any other name.
        """
        found = _EVENT_DATA_STORE.match(event_data_store)
        if found is None:
            raise CommandError(
                f"--lake: {event_data_store[:100]!a} is no event data store. The query would read "
                "something else. Write its id or its ARN, which ends with the id."
            )
        return cls(
            found[1],
            "element_at(requestparameters, '{}')",
            "%Y-%m-%d %H:%M:%S",
        )

    def period(self, since: datetime, until: datetime) -> str:
        """Return the condition for the events of a period, its end not included."""
        times = [f"{moment:{self.time_format}}" for moment in (since, until)]
        conditions = [f"eventtime >= {_literal(times[0])}", f"eventtime < {_literal(times[1])}"]
        if self.day_partition:
            days = [_literal(f"{moment:%Y/%m/%d}") for moment in (since, until)]
            conditions.append(f'"{self.day_partition}" BETWEEN {days[0]} AND {days[1]}')
        return "\n  AND ".join(conditions)


def trail_queries(roles: Sequence[Role], log: Log, days: int, now: datetime) -> tuple[Query, ...]:
    """Write the queries for some roles of one repository over the last `days`; `now` is in UTC."""
    words = {
        "log": log.name,
        "period": log.period(now - timedelta(days=days), now),
        "asked_role": log.request.format("roleArn"),
        "session": log.request.format("roleSessionName"),
        "run_id": _literal(RUN_ID),
        "roles": ", ".join(_literal(role.role_arn) for role in roles),
        "own_repository": "\n    OR ".join(map(_begins_with, _repository_prefixes(roles))),
        "expected": "\n      OR ".join(map(_fits, _subjects(roles))),
    }
    whose = [f"-- {role.full_name} {role.context} {role.function}" for role in roles]
    return tuple(
        Query(answers, "\n".join([f"-- {answers}", *whose, sql.substitute(words)]))
        for answers, sql in _QUERIES
    )


def usage_query(principals: Sequence[str], log: Log, days: int, now: datetime) -> str:
    """Write the query for what roles and users did, by ARN, over the last `days`; `now` is in UTC.

    Its CSV is for `keyless adopt --trail`.
    """
    words = {
        "log": log.name,
        "period": log.period(now - timedelta(days=days), now),
        "whose": f"{_WHOSE} IN ({', '.join(map(_literal, principals))})",
        "principal": _WHOSE,
    }
    return _USAGE.substitute(words)


_SESSIONS = Template("""\
SELECT
  eventtime AS started,
  $asked_role AS role,
  $session AS session,
  regexp_extract($session, $run_id, 1) AS run,
  useridentity.username AS subject,
  sourceipaddress AS address
FROM $log
WHERE $period
  AND eventsource = 'sts.amazonaws.com'
  AND eventname = 'AssumeRoleWithWebIdentity'
  AND coalesce(errorcode, '') = ''
  AND $asked_role IN ($roles)
ORDER BY eventtime DESC;
""")

_ACTIONS = Template("""\
SELECT
  useridentity.sessioncontext.sessionissuer.arn AS role,
  split_part(useridentity.arn, '/', 3) AS session,
  eventsource AS service,
  eventname AS action,
  count(*) AS times,
  count_if(coalesce(errorcode, '') <> '') AS failed,
  min(eventtime) AS earliest,
  max(eventtime) AS latest
FROM $log
WHERE $period
  AND useridentity.type = 'AssumedRole'
  AND useridentity.sessioncontext.sessionissuer.arn IN ($roles)
GROUP BY 1, 2, 3, 4
ORDER BY latest DESC;
""")

_REFUSALS = Template("""\
SELECT
  eventtime AS refused,
  errorcode AS error,
  errormessage AS message,
  $asked_role AS role,
  useridentity.username AS presented,
  CASE
    WHEN $expected
    THEN 'expected'
    ELSE 'another subject'
  END AS verdict,
  sourceipaddress AS address,
  useragent AS agent
FROM $log
WHERE $period
  AND eventsource = 'sts.amazonaws.com'
  AND eventname = 'AssumeRoleWithWebIdentity'
  AND coalesce(errorcode, '') <> ''
  AND (
    $asked_role IN ($roles)
    OR $own_repository
  )
ORDER BY eventtime DESC;
""")

_WHOSE = "coalesce(useridentity.sessioncontext.sessionissuer.arn, useridentity.arn)"
"""The role of a session, else the user."""

_USAGE = Template("""\
SELECT
  $principal AS principal,
  eventsource AS service,
  eventname AS action,
  array_join(
    slice(
      array_distinct(
        flatten(
          array_agg(transform(resources, one -> one.arn)) FILTER (WHERE resources IS NOT NULL)
        )
      ),
      1,
      100
    ),
    ' '
  ) AS resources,
  count(*) AS times,
  count_if(coalesce(errorcode, '') <> '') AS denied
FROM $log
WHERE $period
  AND $whose
GROUP BY 1, 2, 3
ORDER BY 1, 2, 3;
""")

_USED = Template(
    _USAGE.safe_substitute(
        principal="useridentity.sessioncontext.sessionissuer.arn",
        whose="useridentity.type = 'AssumedRole'\n"
        "  AND useridentity.sessioncontext.sessionissuer.arn IN ($roles)",
    )
)

_QUERIES = (
    ("sessions: every time a workflow became a role; run is the id of GitHub's run", _SESSIONS),
    ("actions: what those sessions did, and how often it failed", _ACTIONS),
    (
        "refusals: who was not let in; with an expected subject, another condition refused",
        _REFUSALS,
    ),
    ("used: what the roles did on which resources; its CSV is for `keyless trail --used`", _USED),
)


def _subjects(roles: Sequence[Role]) -> Iterable[str]:
    return dict.fromkeys(subject for role in roles for subject in role.subjects)


def _repository_prefixes(roles: Sequence[Role]) -> Iterable[str]:
    return dict.fromkeys(
        prefix
        for role in roles
        for prefix in (
            f"{REPOSITORY_PREFIX}{role.full_name}:",
            f"{REPOSITORY_PREFIX}{role.owner}@{role.owner_id}/{role.repository}@{role.repository_id}:",
        )
    )


def _fits(subject: str) -> str:
    if subject.endswith("*"):
        return _begins_with(subject[:-1])
    return f"useridentity.username = {_literal(subject)}"


def _begins_with(prefix: str) -> str:
    return f"substr(useridentity.username, 1, {len(prefix)}) = {_literal(prefix)}"


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
