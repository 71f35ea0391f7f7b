"""The commands of `keyless`: one a file under its name, and one line here.

A command is imported when it runs, so that no other waits for what it needs. What only an extra
installs (`aws`, `github`) is imported by the command's `run`, so that its `--help` needs none.
"""

from importlib import import_module

from keyless.command_line.command import Command

COMMANDS = {
    "check": "every mistake of the stack files, with its line; no engine, no network",
    "access": "which role each repository and context reaches, through whose approval",
    "rehearse": "try events, or one token, against the roles of a stack",
    "jobs": "which job of a workflow gets into which role, and why not",
    "migrate": "a workflow with a role in place of its stored keys; nothing else of it changes",
    "audit": "judge the roles that exist already, and write their trust policies anew",
    "adopt": "take over what exists: stack entries, imports, and what is refused and why",
    "workflow": "the workflow that fits what is provisioned",
    "init": "a fresh copy of this project made into a company's own",
    "stacks": "the stacks that a pipeline runs, those that a change concerns, in their order",
    "trail": "the CloudTrail queries for a role's sessions, actions and refusals",
    "drift": "compare GitHub and AWS with what the stack says",
    "guardrail": "the organisation's policy that keeps foreign tenants out of every role",
}
"""Every command in the order of `--help`, with its line there."""


def command(name: str) -> Command:
    """Import the command of this name, a key of COMMANDS."""
    found: Command = import_module(f"{__name__}.{name}").COMMAND
    return found
