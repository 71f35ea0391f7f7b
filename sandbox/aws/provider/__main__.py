"""Start the provider: `python -m sandbox.aws.provider [ENGINE_ADDRESS]`."""

from sandbox.aws.provider.server import run

run()
