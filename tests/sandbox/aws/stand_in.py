"""Reach the AWS stand-in with boto3, and write the documents that it is given."""

import json
from copy import deepcopy
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import boto3
from botocore.config import Config

from sandbox.aws.accounts import PROD, Account
from sandbox.aws.moto_app import MotoApp
from sandbox.faults import Faults
from sandbox.journal import Journal

if TYPE_CHECKING:
    from mypy_boto3_iam import IAMClient
    from mypy_boto3_sts import STSClient

ISSUER = "token.actions.githubusercontent.com"
PROVIDER_ARN = f"arn:aws:iam::222222222222:oidc-provider/{ISSUER}"

_BARE = Config(
    parameter_validation=False, retries={"total_max_attempts": 1}, connect_timeout=5, read_timeout=5
)


@dataclass
class StandIn:
    """Hold a served stand-in."""

    url: str
    app: MotoApp
    journal: Journal
    faults: Faults

    def iam(self, account: Account = PROD, region: str = "eu-west-1") -> "IAMClient":
        return boto3.client("iam", config=_BARE, **self._arguments(account, region))

    def sts(self, account: Account = PROD, region: str = "eu-west-1") -> "STSClient":
        return boto3.client("sts", config=_BARE, **self._arguments(account, region))

    def _arguments(self, account: Account, region: str) -> dict[str, Any]:
        return {
            "endpoint_url": self.url,
            "region_name": region,
            "aws_access_key_id": account.access_key_id,
            "aws_secret_access_key": account.secret_access_key,
        }


GOOD_TRUST: dict[str, Any] = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Principal": {"Federated": PROVIDER_ARN},
            "Action": "sts:AssumeRoleWithWebIdentity",
            "Condition": {
                "StringEquals": {
                    f"{ISSUER}:aud": "sts.amazonaws.com",
                    f"{ISSUER}:sub": [
                        "repo:acme/storefront:environment:production",
                        "repo:acme@9919/storefront@811223344:environment:production",
                    ],
                }
            },
        }
    ],
}

GOOD_PERMISSIONS: dict[str, Any] = {
    "Version": "2012-10-17",
    "Statement": [
        {"Effect": "Allow", "Action": "s3:PutObject", "Resource": "arn:aws:s3:::storefront/*"}
    ],
}


def text(document: object) -> str:
    return json.dumps(document)


def spoiled(document: dict[str, Any], **elements: Any) -> str:
    """Return `document` with elements of its statement replaced; None takes one away."""
    changed = deepcopy(document)
    statement = changed["Statement"][0]
    for name, value in elements.items():
        if value is None:
            del statement[name]
        else:
            statement[name] = value
    return text(changed)


def trust_on(**subject: Any) -> str:
    """Return the good trust document with another condition: operator to value of `sub`."""
    return spoiled(
        GOOD_TRUST,
        Condition={operator: {f"{ISSUER}:sub": value} for operator, value in subject.items()},
    )
