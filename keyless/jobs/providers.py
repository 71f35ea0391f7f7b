"""Tell a key of another provider's storage from one of AWS, by the endpoint that goes with it.

Read are settings that are named like an endpoint of storage, options of scripts, and the hosts of
providers in calls of their usual tools. Not found: an endpoint in a file of the repository.
"""

import re
from collections.abc import Iterable

from keyless.jobs.workflow import Step, scalars
from keyless.yaml_nodes import Table

_OF_ALL_TOOLS = re.compile(r"AWS_ENDPOINT\w*", re.IGNORECASE)
_SETTING = re.compile(
    rf"{_OF_ALL_TOOLS.pattern}|\w*(?:S3|SCCACHE|RCLONE|MINIO|SPACES|BUCKET|STORAGE|R2)\w*ENDPOINT\w*",
    re.IGNORECASE,
)
_HOSTS = (
    "backblazeb2.com",
    "digitaloceanspaces.com",
    "linodeobjects.com",
    "r2.cloudflarestorage.com",
    "scw.cloud",
    "storage.googleapis.com",
    "storage.yandexcloud.net",
    "vultrobjects.com",
    "wasabisys.com",
    "your-objectstorage.com",
)
"""Hosts that take the calls of S3, as each provider documents them."""

_OPTION = re.compile(
    r"--endpoint(?:-url)?[= ](?:\$\{\{.*?\}\}|\S)+|-backend-config[= ][\"']?endpoints?\b[^\s\"']*"
)
_CALL = re.compile(
    rf"\b(?:aws|mc|rclone|s3cmd|s5cmd)\b[^\n]*?([\w.-]*\b(?:{'|'.join(map(re.escape, _HOSTS))}))"
)

_REACHES = re.compile(
    r"(?im)(?:^|[\s;|&(\"'])(?:aws|awslocal|sam|cdk|eksctl|ecs-cli|copilot|eb|terraform|terragrunt|"
    r"tofu|pulumi|packer|serverless|sls|zappa|chalice|s3cmd|s5cmd|sst|kubectl|helm|boto3)(?=\s|$)"
    r"|^aws-actions/|\b(?:aws|s3|ecs|ecr|lambda|cloudfront|terraform|pulumi|serverless|cdk|"
    r"beanstalk)\b[^@\n]*@"
)


def evidence(step: Step) -> bool:
    """Tell whether a step evidently reaches AWS by the credentials of its environment."""
    text = f"{step.uses or ''}\n{step.run or ''}"
    return _REACHES.search(text) is not None


def other_provider(step: Step, envs: Iterable[Table]) -> str | None:
    """Return what says that the keys of a step are for another provider; `envs` are around it."""
    if endpoint := endpoint_of(step.env) or endpoint_around(envs):
        return endpoint
    for key, value in scalars(step.node.get("with")):
        if "endpoint" in key.text.lower() and _is_elsewhere(value.text):
            return f"{key.text}: {value.text}"
    found = [*_OPTION.findall(step.run or ""), *_CALL.findall(step.run or "")]
    return next(filter(_is_elsewhere, found), None)


def endpoint_of(env: Table | None) -> str | None:
    """Return the endpoint of another provider that goes with the keys of one `env`."""
    return _named(env, _SETTING)


def endpoint_around(envs: Iterable[Table]) -> str | None:
    """Return the endpoint of another provider that every tool inside of some `env` calls."""
    return next(filter(None, (_named(env, _OF_ALL_TOOLS) for env in envs)), None)


def _named(env: Table | None, setting: re.Pattern[str]) -> str | None:
    for key, value in scalars(env):
        if setting.fullmatch(key.text) and _is_elsewhere(value.text):
            return f"{key.text}: {value.text}"
    return None


def _is_elsewhere(value: str) -> bool:
    return bool(value) and "amazonaws" not in value


def serves_another(steps: Iterable[Step]) -> bool:
    """Tell whether a key around all steps is for another provider, as far as the steps say."""
    found = [(other_provider(step, ()), step) for step in steps]
    others = any(evidence(step) for provider, step in found if provider is None)
    return any(provider for provider, _ in found) and not others
