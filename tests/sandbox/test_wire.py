"""The wire joins an application with the journal and the faults, over real HTTP."""

import http.client
import socket
import threading
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest
from werkzeug.wrappers import Request, Response

from sandbox.faults import Fault, Faults, Kind
from sandbox.journal import Call, Journal
from sandbox.wire import DETAIL, Wire, serve

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment


class Shelf:
    """Keep what is put on it; a stand-in of the smallest kind."""

    def __init__(self) -> None:
        self.things: list[str] = []

    def __call__(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        request = Request(environ)
        if request.method == "PUT":
            self.things.append(request.get_data(as_text=True))
            request.environ[DETAIL]["place"] = len(self.things)
        return Response(",".join(self.things), status=200)(environ, start_response)


def describe(request: Request) -> Call:
    body = request.get_data(as_text=True)
    change = request.method == "PUT"
    detail = {"body": body} if body else {}
    return Call(
        side="github", action=request.method, target=request.path, change=change, detail=detail
    )


@dataclass
class Shop:
    """Hold a shelf that is served, and what watches it."""

    url: str
    shelf: Shelf
    journal: Journal
    faults: Faults

    def put(self, thing: str) -> tuple[int, str]:
        connection = http.client.HTTPConnection(urlsplit(self.url).netloc, timeout=5)
        try:
            connection.request("PUT", "/shelf", body=thing.encode())
            answer = connection.getresponse()
            return answer.status, answer.read().decode()
        finally:
            connection.close()


@pytest.fixture
def shop() -> Iterator[Shop]:
    shelf, journal, faults = Shelf(), Journal(), Faults()
    with serve(Wire(shelf, describe, journal, faults)) as url:
        yield Shop(url, shelf, journal, faults)


def test_a_call_is_carried_out_and_recorded_with_what_the_answer_said(shop: Shop) -> None:
    assert shop.put("cup") == (200, "cup")

    (entry,) = shop.journal.entries()
    assert (entry.action, entry.target, entry.status) == ("PUT", "/shelf", 200)
    assert entry.detail == {"body": "cup", "place": 1}
    assert entry.changed


def test_an_error_is_answered_instead_of_the_call(shop: Shop) -> None:
    shop.faults.add(Fault(kind=Kind.SERVER_ERROR, status=503))

    assert shop.put("cup")[0] == 503
    assert shop.shelf.things == []
    assert [(e.status, e.fault) for e in shop.journal.entries()] == [(503, "server_error")]
    assert shop.journal.changes() == ()


def test_a_dropped_call_is_neither_carried_out_nor_answered(shop: Shop) -> None:
    shop.faults.add(Fault(kind=Kind.DROPPED))

    with pytest.raises(http.client.RemoteDisconnected):
        shop.put("cup")
    assert shop.shelf.things == []
    assert [(e.status, e.fault) for e in shop.journal.entries()] == [(0, "dropped")]
    assert shop.put("cup") == (200, "cup")


def test_a_lost_answer_leaves_the_change(shop: Shop) -> None:
    shop.faults.add(Fault(kind=Kind.LOST))

    with pytest.raises(http.client.RemoteDisconnected):
        shop.put("cup")
    assert shop.shelf.things == ["cup"]
    (entry,) = shop.journal.changes()
    assert (entry.status, entry.fault) == (200, "lost")


def test_the_order_of_the_journal_is_the_order_of_effect(shop: Shop) -> None:
    threads = [threading.Thread(target=shop.put, args=(f"thing{n}",)) for n in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert [entry.detail["body"] for entry in shop.journal.entries()] == shop.shelf.things
    assert [entry.order for entry in shop.journal.entries()] == list(range(1, 21))


class Crossing:
    """Remember whether two calls were ever in it together."""

    def __init__(self) -> None:
        self.barrier = threading.Barrier(2)
        self.met = False

    def __call__(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        try:
            self.barrier.wait(timeout=0.2)
            self.met = True
        except threading.BrokenBarrierError:
            self.barrier.reset()
        return Response()(environ, start_response)


def test_calls_are_carried_out_one_at_a_time_over_both_sides() -> None:
    crossing, journal, faults = Crossing(), Journal(), Faults()
    with (
        serve(Wire(crossing, describe, journal, faults)) as one,
        serve(Wire(crossing, describe, journal, faults)) as other,
    ):
        shops = [Shop(url, Shelf(), journal, faults) for url in (one, other)]
        threads = [threading.Thread(target=shop.put, args=("cup",)) for shop in shops]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    assert journal.count() == 2
    assert not crossing.met


def test_the_server_listens_on_loopback_alone(shop: Shop) -> None:
    assert urlsplit(shop.url).hostname == "127.0.0.1"


def test_the_server_is_gone_when_it_is_left() -> None:
    before = threading.active_count()
    with serve(Shelf()) as url:
        where = urlsplit(url)
        silent = socket.create_connection((where.hostname, where.port))
    assert threading.active_count() == before
    silent.close()
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection((where.hostname, where.port))
