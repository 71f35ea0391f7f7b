"""Run the provider as the engine runs plugins: a port on standard output, gone with its engine."""

import os
import sys
from concurrent.futures import ThreadPoolExecutor
from importlib import import_module
from threading import Event

import grpc
from pulumi.runtime.proto import provider_pb2_grpc

from sandbox.aws.provider.servicer import ProviderServicer

_THREADS = 64
_LONGEST_MESSAGE = 400 * 1024 * 1024
"""In bytes; the limit that Pulumi's own servers have."""

_GRACE_SECONDS = 60
_LOOK_SECONDS = 0.5


def started(servicer: ProviderServicer) -> tuple[grpc.Server, int]:
    """Start serving on a free loopback port; return the server and the port."""
    options = [
        ("grpc.max_receive_message_length", _LONGEST_MESSAGE),
        ("grpc.max_send_message_length", _LONGEST_MESSAGE),
    ]
    server = grpc.server(ThreadPoolExecutor(_THREADS), options=options)
    provider_pb2_grpc.add_ResourceProviderServicer_to_server(servicer, server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    return server, port


def run() -> None:
    """Serve until the engine cancels or is gone, then let the calls under way finish."""
    engine = os.getppid()
    cancelled = Event()
    server, port = started(ProviderServicer(cancelled))
    sys.stdout.write(f"{port}\n")
    sys.stdout.flush()
    import_module("boto3")  # slow, so while the engine starts
    try:
        while not cancelled.wait(_LOOK_SECONDS) and os.getppid() == engine:
            pass
    except KeyboardInterrupt:
        pass
    server.stop(_GRACE_SECONDS).wait()
