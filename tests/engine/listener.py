"""A socket that nobody should send a byte to."""

import contextlib
import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field


@dataclass
class Listener:
    """A socket that closes each connection at once, and who has opened one."""

    opened: socket.socket
    seen: list[object] = field(default_factory=list)

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.opened.getsockname()[1]}/"

    def serve(self) -> None:
        while True:
            connection, address = self.opened.accept()
            self.seen.append(address)
            connection.close()


@contextlib.contextmanager
def open_listener() -> Iterator[Listener]:
    with socket.create_server(("127.0.0.1", 0)) as opened:
        made = Listener(opened)
        threading.Thread(target=made.serve, daemon=True).start()
        yield made
