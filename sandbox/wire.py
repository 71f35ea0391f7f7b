"""Put a stand-in on a loopback port, with the journal and the faults in front of it.

Knows HTTP and nothing of AWS or GitHub: what a call means comes from the stand-in's `describe`.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from io import BytesIO
from socket import SHUT_RD, socket
from threading import Thread
from typing import TYPE_CHECKING, Any

from werkzeug.serving import ThreadedWSGIServer, WSGIRequestHandler
from werkzeug.wrappers import Request, Response

from sandbox.faults import Faults, Kind, answer
from sandbox.journal import Call, Journal

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

DETAIL = "sandbox.detail"
"""WSGI key under which an application finds the `detail` of the call that it carries out."""

LOOPBACK = "127.0.0.1"


class UnansweredError(ConnectionError):
    """Close the connection of a call without an answer."""


class Wire:
    """Join an application with the journal and the faults, as a WSGI application.

    `describe` turns a request into a `Call` without carrying it out; it may read the body. Calls
    run one at a time (see `Journal`), and each is recorded before the next begins.
    """

    def __init__(
        self,
        application: "WSGIApplication",
        describe: Callable[[Request], Call],
        journal: Journal,
        faults: Faults,
    ) -> None:
        self._application = application
        self._describe = describe
        self._journal = journal
        self._faults = faults

    def __call__(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        """Answer one request, or raise `UnansweredError`."""
        body = Request(environ).get_data()
        environ["CONTENT_LENGTH"] = str(len(body))
        environ.pop("HTTP_TRANSFER_ENCODING", None)
        call = self._describe(Request(environ | {"wsgi.input": BytesIO(body)}))
        with self._journal.turn:
            response = self._answer(call, environ | {"wsgi.input": BytesIO(body)})
        return response(environ, start_response)

    def _answer(self, call: Call, environ: "WSGIEnvironment") -> Response:
        fault = self._faults.strike(call)
        name = fault.kind.value if fault else None
        if fault and fault.kind is Kind.DROPPED:
            self._journal.record(call, status=0, fault=name)
            raise UnansweredError
        if fault and fault.kind is not Kind.LOST:
            response = answer(fault, call.side)
        else:
            environ[DETAIL] = call.detail
            response = Response.from_app(self._application, environ, buffered=True)
        self._journal.record(call, status=response.status_code, fault=name)
        if fault and fault.kind is Kind.LOST:
            raise UnansweredError
        return response


class _Handler(WSGIRequestHandler):
    """Answer over HTTP/1.1, quietly; an unanswered call ends its connection."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def connection_dropped(
        self,
        error: BaseException,  # noqa: ARG002 - the signature is werkzeug's
        environ: "WSGIEnvironment | None" = None,  # noqa: ARG002
    ) -> None:
        self.close_connection = True

    def log(self, type: str, message: str, *args: Any) -> None:  # noqa: A002
        if type == "error":
            super().log(type, message, *args)


class _Server(ThreadedWSGIServer):
    """Finish the answers under way when the server closes, and wait for nobody who is silent."""

    daemon_threads = False

    def __init__(self, application: "WSGIApplication") -> None:
        self._connections: set[socket] = set()
        super().__init__(LOOPBACK, 0, application, _Handler)

    def process_request(self, request: Any, client_address: Any) -> None:
        self._connections.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        self._connections.discard(request)
        super().shutdown_request(request)

    def server_close(self) -> None:
        for connection in tuple(self._connections):
            with suppress(OSError):
                connection.shutdown(SHUT_RD)
        super().server_close()


@contextmanager
def serve(application: "WSGIApplication") -> Iterator[str]:
    """Serve `application` on a free loopback port and yield its URL, without a final slash."""
    server = _Server(application)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield f"http://{LOOPBACK}:{server.port}"
    finally:
        server.shutdown()
        thread.join()
