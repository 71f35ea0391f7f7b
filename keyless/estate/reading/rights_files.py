"""Write the documents of a bootstrap from the stack file, for `make rights STACK=… BUCKET=…`.

`PERSON=ARN` names a role of people who run `up` as well, such as one of IAM Identity Center.
"""

import json
import re
import sys
from collections.abc import Sequence
from pathlib import Path

from keyless.estate.bootstrap_rights import (
    MANAGED_POLICY_LIMIT,
    BootstrapError,
    Document,
    bootstrap_rights,
)
from keyless.estate.reading.errors import SettingsError
from keyless.estate.reading.reading import read_settings
from keyless.estate.reading.stack_file import read_stack_file
from keyless.estate.reading.yaml_text import read_yaml
from keyless.estate.trust_policy import document_size
from keyless.text.sentences import quoted

FOLDER = Path("build") / "rights"
BUCKET_POLICY_LIMIT = 20_480
"""Bytes of a bucket's policy ("Bucket policies", Amazon S3 User Guide)."""

_ROLE = re.compile(r"arn:[a-z-]+:iam::\d{12}:role/[\w+=,.@/-]+", re.ASCII)
_BUCKET = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")


def write_rights(
    project: Path, stack: str, bucket: str, person: str | None = None
) -> tuple[Path, ...]:
    """Write the documents of a stack below the project's folder, and return their places.

    Raises SettingsError or BootstrapError where the stack file cannot be used, and OSError.
    """
    if not _BUCKET.fullmatch(bucket):
        raise BootstrapError(
            f"BUCKET: {quoted(bucket)} is no name of a bucket. The rights are limited to the state "
            "in it. Write the name alone, as in BUCKET=acme-keyless-prod."
        )
    if person and not _ROLE.fullmatch(person):
        raise BootstrapError(
            f"PERSON: {quoted(person)} is no ARN of a role. The state is left to the roles that "
            "are named. Write the ARN of the role that people assume, with its path."
        )
    label = f"Pulumi.{stack}.yaml"
    file = read_stack_file(project / label, label)
    settings = read_settings(file.config, stack=stack, root=project, secret_keys=file.secret_keys)
    rights = bootstrap_rights(
        settings, bucket=bucket, project=_project_name(project), person=person or None
    )
    folder = project / FOLDER / stack
    documents = {
        "keyless-up": rights.up,
        "keyless-first-up": rights.first_up,
        "state-bucket": rights.state_bucket,
    }
    _check_size("keyless-up", rights.up, MANAGED_POLICY_LIMIT)
    _check_size("keyless-first-up", rights.first_up, MANAGED_POLICY_LIMIT)
    _check_size("state-bucket", rights.state_bucket, BUCKET_POLICY_LIMIT)
    folder.mkdir(parents=True, exist_ok=True)
    places = {policy: folder / f"{policy}.json" for policy in documents}
    for policy, place in places.items():
        place.write_text(rendered(documents[policy]), encoding="utf-8")
    return tuple(places.values())


def rendered(document: Document) -> str:
    """Return a document as the text of its file."""
    return json.dumps(document, indent=2) + "\n"


def _project_name(project: Path) -> str:
    content = read_yaml((project / "Pulumi.yaml").read_text("utf-8"))
    name = content.get("name") if isinstance(content, dict) else None
    if not isinstance(name, str):
        raise BootstrapError(
            "Pulumi.yaml: no name. The state lies under the project's name. Write `name: keyless`."
        )
    return name


def _check_size(policy: str, document: Document, limit: int) -> None:
    size = document_size(document)
    if size > limit:
        raise BootstrapError(
            f"{policy}: {size} characters, and {limit} is the limit. AWS would refuse it. Leave "
            "role_path out of roles that can live under the stack's path."
        )


def main(arguments: Sequence[str]) -> int:
    """Write the rights of a stack, and return the exit status."""
    stack, bucket, person = arguments
    try:
        places = write_rights(Path(), stack, bucket, person)
    except (SettingsError, BootstrapError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    sys.stdout.writelines(f"{place}\n" for place in places)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
