"""Members of Pulumi.yaml and of a stack file: what is taken, and what is refused by name."""

import re
from pathlib import Path

import pytest

from keyless.estate.reading import SettingsError
from keyless.estate.reading.engine_files import project_config, refused_project
from keyless.estate.reading.stack_file import read_stack_file
from tests.keyless.estate.reading.sample import read, stack_config

ROOT = Path(__file__).parents[4]
BEFORE = (
    "not taken from a file. Pulumi could run other code beside the tokens, or read another "
    "state or stack file."
)
PLUGIN = "{providers: [{name: aws, path: ./evil}]}"


def write(folder: Path, text: str, name: str = "Pulumi.yaml") -> Path:
    (folder / name).write_text(text)
    return folder


@pytest.mark.parametrize(
    ("member", "instead"),
    [
        ("backend: {url: 'file:///tmp'}", "Set PULUMI_BACKEND_URL in the environment, or log in"),
        ("main: other/", "Keep the program beside Pulumi.yaml."),
        ("packages: {aws: ./evil}", "Install the providers beforehand, with `pulumi plugin"),
        (f"plugins: {PLUGIN}", "Install the providers beforehand, with `pulumi plugin"),
        (f'"plugins": {PLUGIN}', "Install the providers beforehand, with `pulumi plugin"),
        ("stackConfigDir: other", "Keep the stack files beside Pulumi.yaml."),
        ("hooks: {}", "Remove the key."),
        ("Backend: {}", "Remove the key."),
    ],
)
def test_the_project_file_leads_nowhere_else(tmp_path: Path, member: str, instead: str) -> None:
    key = member.partition(":")[0].strip('"')
    write(tmp_path, f"name: keyless\nruntime: python\n{member}\n")
    (said,) = refused_project(tmp_path)
    assert said.startswith(f"Pulumi.yaml: {key}: {BEFORE} {instead}")
    with pytest.raises(SettingsError, match=f"Pulumi.yaml: {key}: "):
        read(stack_config(), root=tmp_path)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("runtime: yaml", "runtime: not Python. Another runtime runs another program"),
        ("runtime: {name: nodejs}", "runtime: not Python."),
        ("runtime: {}", "runtime: not Python."),
        (
            "runtime: {name: python, options: {virtualenv: /tmp/evil}}",
            "runtime.options.virtualenv: outside of the project. The packages of another place",
        ),
        ("runtime: {name: python, options: {virtualenv: .venv/../../x}}", "runtime.options.virtu"),
        (
            "runtime: {name: python, options: {binary: ./evil}}",
            "runtime.options.binary: not known. Nobody has checked what the engine does with it.",
        ),
        ("options: {refresh: always, hooks: x}", "options.hooks: not known."),
        ("!!binary cGx1Z2lucw==: {}", 'line 1: the tag "tag:yaml.org,2002:binary".'),
        ("base: &b {plugins: {}}\n<<: *b", "line 2: the merge key <<."),
        ("name: a\nname: b", 'line 2: duplicate key "name", first in line 1.'),
    ],
)
def test_another_program_or_a_file_that_reads_in_two_ways_is_refused(
    tmp_path: Path, text: str, said: str
) -> None:
    (sentence,) = refused_project(write(tmp_path, f"{text}\n"))
    assert sentence.startswith(f"Pulumi.yaml: {said}")


@pytest.mark.parametrize("name", ["Pulumi.json", "Pulumi.yml"])
def test_a_second_project_file_is_refused(tmp_path: Path, name: str) -> None:
    """Pulumi 3.259 looks for Pulumi.json before Pulumi.yaml."""
    write(tmp_path, "name: keyless\nruntime: python\n")
    write(tmp_path, "{}", name)
    assert list(refused_project(tmp_path)) == [
        f"{name}: a second project file. Pulumi can read it in place of Pulumi.yaml, with stack "
        "files that nobody checks. Keep Pulumi.yaml alone."
    ]


def test_a_project_file_that_cannot_be_read_is_refused(tmp_path: Path) -> None:
    (tmp_path / "Pulumi.yaml").write_bytes(b"\xff")
    assert list(refused_project(tmp_path)) == [
        "Pulumi.yaml: it cannot be read. What it says cannot be checked. Make it a text file."
    ]


def test_the_projects_own_file_and_what_only_describes_is_taken(tmp_path: Path) -> None:
    assert list(refused_project(ROOT)) == []
    assert list(refused_project(tmp_path)) == []
    text = "name: a\nruntime: python\nauthor: b\ntemplate: {}\noptions: {refresh: always}\n"
    assert list(refused_project(write(tmp_path, text))) == []


@pytest.mark.parametrize(
    "written",
    [
        "{value: 'http://127.0.0.1:1/'}",
        "{default: 'http://127.0.0.1:1/'}",
        "{value: {secure: v1:a:b}}",
        "'http://127.0.0.1:1/'",
    ],
)
def test_config_of_the_project_file_is_held_to_the_same_list(tmp_path: Path, written: str) -> None:
    write(tmp_path, f"name: a\nruntime: python\nconfig: {{'github:baseUrl': {written}}}\n")
    with pytest.raises(SettingsError, match=r"^github:baseUrl: not the GitHub of keyless:issuer"):
        read(stack_config(), root=tmp_path)
    over = {**stack_config(), "github:baseUrl": "https://api.github.com/"}
    read(over, root=tmp_path)


def test_config_of_a_project_file_that_is_not_read_is_none(tmp_path: Path) -> None:
    assert project_config(write(tmp_path, "config: [a]\n")) == {}
    assert project_config(write(tmp_path, "config: {a: }: }\n")) == {}


@pytest.mark.parametrize(
    "written",
    [
        "environment: [acme/prod]\n",
        '"environment":\n  - acme/prod\n',
        "environment: {values: {}}\n",
    ],
)
def test_an_environment_of_another_service_is_refused(tmp_path: Path, written: str) -> None:
    """It sets config and environment variables of engine and providers, whatever is reviewed."""
    write(tmp_path, f"encryptionsalt: v1:x\n{written}config: {{}}\n", "Pulumi.prod.yaml")
    with pytest.raises(SettingsError) as raised:
        read(stack_config(), root=tmp_path)
    assert str(raised.value) == (
        "Pulumi.prod.yaml: environment: not taken from a stack file. An environment of Pulumi ESC "
        "sets config and variables that nobody reviews here. Write the config into the stack file, "
        "and set variables where Pulumi is run."
    )


def test_an_unknown_member_of_a_stack_file_is_refused(tmp_path: Path) -> None:
    write(tmp_path, "config: {}\nimports: [a]\n", "Pulumi.prod.yaml")
    with pytest.raises(SettingsError, match=r'^Pulumi\.prod\.yaml: "imports" at the top level'):
        read(stack_config(), root=tmp_path)


def test_a_stack_file_that_cannot_be_read_is_refused(tmp_path: Path) -> None:
    (tmp_path / "Pulumi.prod.yaml").write_bytes(b"\xff")
    with pytest.raises(SettingsError, match=r"^Pulumi\.prod\.yaml: it cannot be read\. "):
        read(stack_config(), root=tmp_path)


def test_what_pulumi_writes_beside_the_config_is_taken(tmp_path: Path) -> None:
    text = "secretsprovider: awskms://alias/keyless\nencryptedkey: x\nencryptionsalt: v1:x\n"
    write(tmp_path, text, "Pulumi.prod.yaml")
    read(stack_config(), root=tmp_path)


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("hashivault://key", "neither a passphrase nor a key of AWS KMS."),
        (
            "awskms://alias/keyless?endpoint=http://127.0.0.1:1",
            "an unknown parameter of the address",
        ),
        (
            "awskms:///arn:aws:kms:eu-west-1:333333333333:alias/a",
            "a key of the account 333333333333, which aws:allowedAccountIds does not list.",
        ),
    ],
)
def test_the_secrets_provider_is_judged_by_program_and_commands(
    tmp_path: Path, value: str, said: str
) -> None:
    config = 'config: {"aws:allowedAccountIds": ["222222222222"]}\n'
    write(tmp_path, f"secretsprovider: {value}\n{config}", "Pulumi.prod.yaml")
    beginning = f"^{re.escape(f'Pulumi.prod.yaml: secretsprovider: {said}')}"
    with pytest.raises(SettingsError, match=beginning):
        read(stack_config(), root=tmp_path)
    with pytest.raises(SettingsError, match=beginning):
        read_stack_file(tmp_path / "Pulumi.prod.yaml", "Pulumi.prod.yaml")
