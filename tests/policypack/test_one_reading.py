"""The memory before the SDK's reading of resources."""

from threading import Thread

from pulumi_policy import policy as sdk

from policypack.one_reading import Once
from tests.policypack import estate
from tests.policypack.analyzer import Pack


def counting() -> tuple[Once, list[object]]:
    calls: list[object] = []

    def read(given: object, *options: object) -> list[object]:
        calls.append(given)
        return [given, *options]

    return Once(read), calls


def test_one_object_is_read_once() -> None:
    once, calls = counting()
    given = object()
    assert once(given) is once(given)
    assert calls == [given]


def test_equal_objects_are_not_the_same() -> None:
    once, calls = counting()
    assert once([1]) == [[1]]
    assert once([1]) == [[1]]
    assert len(calls) == 2


def test_next_request_begins_anew() -> None:
    once, calls = counting()
    first, second = object(), object()
    for given in (first, first, second, first):
        once(given)
    assert calls == [first, second, first]


def test_objects_of_one_request_are_kept_together() -> None:
    once, calls = counting()
    objects = [object() for _ in range(100)]
    for given in objects * 3:
        once(given)
    assert len(calls) == 100


def test_options_reach_the_function() -> None:
    once, _ = counting()
    assert once("x", True) == ["x", True]


def test_threads_do_not_share() -> None:
    once, calls = counting()
    given = object()
    once(given)
    thread = Thread(target=once, args=(given,))
    thread.start()
    thread.join()
    assert calls == [given, given]


def test_sdk_reads_by_the_names_that_the_memory_takes() -> None:
    names = {"json_format", "deserialize_properties", "unknown_checking_proxy"}
    assert names <= vars(sdk).keys()
    reading = {*sdk._PolicyAnalyzerServicer.AnalyzeStack.__code__.co_names}
    assert names | {"_get_provider_resource"} <= reading


def test_answers_stay_apart(pack: Pack) -> None:
    loose, fine = estate.role(assumeRolePolicy=estate.trust(aud=None)), estate.role()
    for _ in range(3):
        assert len(pack.judge_one(loose)) == 1
        assert pack.judge_one(fine) == []
