"""Take only listed members of the files that Pulumi itself reads: Pulumi.yaml and a stack file.

With another member Pulumi could run other code beside the tokens, read another state or stack file,
or send a request elsewhere. It does most of that before the program runs, so `keyless check` has to
come first. The lists are of `workspace.Project` and `workspace.ProjectStack` (Pulumi 3.259); a
member that a later version adds is refused until it is listed here.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath
from typing import Final

from keyless.estate.reading.provider_keys import allowed_accounts
from keyless.estate.reading.secrets_provider import refused_provider
from keyless.estate.reading.yaml_text import read_yaml
from keyless.text.sentences import quoted
from keyless.yaml_nodes import UnreadableYamlError

PROJECT_FILE: Final = "Pulumi.yaml"
INSTEAD: Final = {
    "backend": "Set PULUMI_BACKEND_URL in the environment, or log in with `pulumi login`",
    "environment": "Write the config into the stack file, and set variables where Pulumi is run",
    "main": "Keep the program beside Pulumi.yaml",
    "packages": "Install the providers beforehand, with `pulumi plugin install`",
    "plugins": "Install the providers beforehand, with `pulumi plugin install`",
    "stackConfigDir": "Keep the stack files beside Pulumi.yaml",
}
"""What to do in place of a member of either file."""

TAKEN_OF_THE_PROJECT: Final = frozenset(
    {
        *("author", "config", "description", "license", "name", "options"),
        *("requiredPulumiVersion", "runtime", "template", "website"),
    }
)
TAKEN_OF_A_STACK: Final = frozenset({"config", "encryptedkey", "encryptionsalt", "secretsprovider"})
_OPTIONS = {
    "options": frozenset({"refresh"}),
    "runtime.options": frozenset({"toolchain", "typechecker", "virtualenv"}),
}
_FURTHER = ("Pulumi.json", "Pulumi.yml")
"""Names under which Pulumi looks for a project, too; the first comes before Pulumi.yaml
(`encoding.Exts`), with stack files of its own."""

PROJECT_FILES: Final = (PROJECT_FILE, *_FURTHER)


class _UnreadableError(Exception):
    """What keeps a file from being read, a sentence each."""

    def __init__(self, *sentences: str) -> None:
        super().__init__("\n".join(sentences))
        self.sentences = sentences


def project_config(root: Path) -> dict[str, object]:
    """Return the config that Pulumi.yaml gives each stack, by full key; none where it is unread."""
    try:
        config = _members(root / PROJECT_FILE).get("config")
    except _UnreadableError:
        return {}
    return {
        str(key): value.get("value", value.get("default")) if isinstance(value, dict) else value
        for key, value in (config.items() if isinstance(config, dict) else ())
    }


def refused_project(root: Path) -> Iterator[str]:
    """Yield a sentence for each member of Pulumi.yaml that is not taken, and each further file."""
    for name in _FURTHER:
        if (root / name).exists():
            yield (
                f"{name}: a second project file. Pulumi can read it in place of {PROJECT_FILE}, "
                f"with stack files that nobody checks. Keep {PROJECT_FILE} alone."
            )
    try:
        project = _members(root / PROJECT_FILE)
    except _UnreadableError as error:
        yield from error.sentences
        return
    for key in project:
        if key not in TAKEN_OF_THE_PROJECT:
            yield (
                f"{PROJECT_FILE}: {key}: not taken from a file. Pulumi could run other code "
                "beside the tokens, or read another state or stack file. "
                f"{INSTEAD.get(str(key), 'Remove the key')}."
            )
    yield from _refused_runtime(project.get("runtime", "python"))
    yield from _refused_options("options", project.get("options"))


def refused_stack_file(root: Path, stack: str, accounts: object) -> Iterator[str]:
    """Yield a sentence for each member of a stack file that is not taken.

    A file that is not there is none of this project's: its config came from elsewhere. `accounts`
    is what aws:allowedAccountIds says.
    """
    label = f"Pulumi.{stack}.yaml"
    try:
        yield from refused_at_the_top(label, _members(root / label), accounts)
    except _UnreadableError as error:
        yield from error.sentences


def refused_at_the_top(
    label: str, content: Mapping[object, object], accounts: object
) -> Iterator[str]:
    """Yield a sentence for each member beside `config` that is not taken, or has another value.

    An environment of Pulumi ESC sets config and environment variables of the engine and of the
    providers ("Pulumi ESC", `environmentVariables`), which no review of this project shows.
    """
    for key in content:
        if key == "environment":
            yield (
                f"{label}: {key}: not taken from a stack file. An environment of Pulumi ESC sets "
                f"config and variables that nobody reviews here. {INSTEAD['environment']}."
            )
        elif key not in TAKEN_OF_A_STACK:
            yield (
                f"{label}: {quoted(key)} at the top level. Pulumi does not read it, so the setting "
                "has no effect. Indent it below `config:`."
            )
    if wrong := refused_provider(content.get("secretsprovider"), allowed_accounts(accounts)):
        yield f"{label}: secretsprovider: {wrong}"


def _members(file: Path) -> Mapping[object, object]:
    """Return what a file says, nothing where there is none. Raises _UnreadableError."""
    try:
        content = read_yaml(file.read_text("utf-8-sig"))
    except (FileNotFoundError, NotADirectoryError):
        return {}
    except (OSError, UnicodeDecodeError):
        raise _UnreadableError(
            f"{file.name}: it cannot be read. What it says cannot be checked. Make it a text file."
        ) from None
    except UnreadableYamlError as error:
        raise _UnreadableError(*(f"{file.name}: {text}" for text in error.sentences)) from None
    return content if isinstance(content, dict) else {}


def _refused_runtime(runtime: object) -> Iterator[str]:
    named = runtime if isinstance(runtime, dict) else {"name": runtime}
    if named.get("name") != "python":
        yield (
            f"{PROJECT_FILE}: runtime: not Python. Another runtime runs another program than the "
            "one that checks this. Write `name: python`."
        )
    options = named.get("options")
    yield from _refused_options("runtime.options", options)
    path = str(options.get("virtualenv") or "") if isinstance(options, dict) else ""
    if PurePosixPath(path).is_absolute() or ".." in PurePosixPath(path).parts:
        yield (
            f"{PROJECT_FILE}: runtime.options.virtualenv: outside of the project. The packages of "
            "another place would run beside the tokens. Write .venv."
        )


def _refused_options(place: str, options: object) -> Iterator[str]:
    for key in options if isinstance(options, dict) else ():
        if key not in _OPTIONS[place]:
            yield (
                f"{PROJECT_FILE}: {place}.{key}: not known. Nobody has checked what the engine "
                "does with it. Remove the key."
            )
