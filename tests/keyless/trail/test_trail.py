"""The queries: as they were looked at, and with names that try to be SQL."""

import re
from datetime import UTC, datetime

import pytest

from keyless.command_line.errors import CommandError
from keyless.trail.queries import Log, Query, trail_queries
from tests.keyless.access_map.made import HOSTILE
from tests.keyless.command_run import run
from tests.keyless.data import PROD, STAGING, roles, spoiled
from tests.keyless.golden import assert_golden

NOW = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)
STORE = "01234567-89ab-cdef-0123-456789abcdef"
STOREFRONT = [role for role in roles(PROD) if role.repository == "storefront"]


def text(queries: tuple[Query, ...]) -> str:
    return "\n".join(query.sql for query in queries)


def test_athena() -> None:
    log = Log.athena("security.cloudtrail_logs", "timestamp")
    assert_golden("trail-athena.sql", text(trail_queries(STOREFRONT, log, 7, NOW)))


def test_lake() -> None:
    role = [role for role in roles(STAGING) if role.context_kind == "whole_repository"]
    queries = trail_queries(role, Log.lake(STORE), 30, NOW)
    assert_golden("trail-lake.sql", text(queries))


def test_store_by_arn() -> None:
    arn = f"arn:aws:cloudtrail:eu-west-1:222222222222:eventdatastore/{STORE}"
    assert Log.lake(arn) == Log.lake(STORE)


def test_period_ends_now_and_is_as_long_as_asked() -> None:
    log = Log.athena("cloudtrail_logs")
    assert log.period(datetime(2026, 2, 27, tzinfo=UTC), datetime(2026, 3, 1, 1, tzinfo=UTC)) == (
        "eventtime >= '2026-02-27T00:00:00Z'\n  AND eventtime < '2026-03-01T01:00:00Z'"
    )


@pytest.mark.parametrize(
    "table", ["", "a b", 'a"b', "a;b", "a.b.c.d", ".a", "a.", "1a", "a--", "a\nb", "é"]
)
def test_table_that_is_none(table: str) -> None:
    with pytest.raises(CommandError) as refused:
        Log.athena(table)
    assert str(refused.value) == (
        f"--table: {table!a} is no table of Athena. The query would read something else. "
        "Write TABLE or DATABASE.TABLE, such as default.cloudtrail_logs."
    )


def test_column_that_is_none() -> None:
    with pytest.raises(CommandError) as refused:
        Log.athena("t", 'timestamp" OR 1=1 --')
    assert str(refused.value) == (
        "--day-partition: 'timestamp\" OR 1=1 --' is no column of Athena. The query would read "
        "something else. Write its name alone, such as timestamp."
    )


@pytest.mark.parametrize("store", ["", "x", f"{STORE}; DROP", f"{STORE}\n", STORE.upper()])
def test_store_that_is_none(store: str) -> None:
    with pytest.raises(CommandError) as refused:
        Log.lake(store)
    assert str(refused.value) == (
        f"--lake: {store!a} is no event data store. The query would read something else. "
        "Write its id or its ARN, which ends with the id."
    )


@pytest.mark.parametrize("name", [*HOSTILE, "'; DROP TABLE x; --", "''", "\\'", "$roles ${log}"])
def test_names_stay_inside_their_quotes(name: str) -> None:
    subject = f"repo:acme/storefront:environment:{name}"
    role = spoiled(subjects=[subject], context=f"environment/{name}")
    plain = spoiled(subjects=["repo:acme/storefront:environment:production"])
    log = Log.athena("cloudtrail_logs")
    for hostile, usual in zip(
        trail_queries([role], log, 7, NOW), trail_queries([plain], log, 7, NOW), strict=True
    ):
        assert skeleton(hostile.sql) == skeleton(usual.sql)
    literals = re.findall(
        r"'((?:[^']|'')*)'", uncommented(text(trail_queries([role], log, 7, NOW)))
    )
    assert subject in [literal.replace("''", "'") for literal in literals]


def uncommented(sql: str) -> str:
    return "\n".join(line for line in sql.splitlines() if not line.startswith("-- "))


def skeleton(sql: str) -> str:
    return re.sub(r"'(?:[^']|'')*'", "'…'", uncommented(sql))


class TestCommand:
    def test_every_query(self) -> None:
        ended = run("trail", "storefront", "--from", str(PROD))
        assert (ended.status, ended.err) == (0, "")
        assert re.findall(r"^-- (\w+):", ended.out, re.MULTILINE) == [
            "sessions",
            "actions",
            "refusals",
            "used",
        ]

    @pytest.mark.parametrize("days", ["0", "-1", "3654", "7.5", "x", "٣", "9" * 5000])
    def test_days_that_are_none(self, days: str) -> None:
        ended = run("trail", "storefront", "--from", str(PROD), f"--days={days}")
        assert ended.status == 2
        assert ended.err.endswith("argument --days: write a whole number from 1 to 3653\n")

    def test_partition_of_a_store(self) -> None:
        words = ["--lake", STORE, "--day-partition", "timestamp"]
        ended = run("trail", "storefront", "--from", str(PROD), *words)
        assert ended.status == 2
        assert ended.err == (
            "--day-partition: --lake is given too. An event data store has no partitions to "
            "choose from. Leave it out.\n"
        )
