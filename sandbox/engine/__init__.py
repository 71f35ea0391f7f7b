"""Provide the real Pulumi engine: an installed one where it fits, else one built from Go modules.

Three Go modules lie beside this file, because their versions contradict each other: `cli`,
`language-host` and `github-provider`. Nothing of a cloud is here.
"""

from sandbox.engine.provide import Engine, EngineUnavailableError, provide_engine

__all__ = ["Engine", "EngineUnavailableError", "provide_engine"]
