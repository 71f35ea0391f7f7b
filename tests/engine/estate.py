"""The config of one onboarded repository, for tests to spoil and change."""

from typing import Any


def storefront() -> dict[str, Any]:
    """Return the prod config of `storefront`: one environment, one role."""
    return {
        "aws:region": "eu-west-1",
        "aws:allowedAccountIds": ["222222222222"],
        "github:owner": "acme",
        "keyless:owner_id": 9919,
        "keyless:repositories": {
            "storefront": {
                "id": 811223344,
                "environments": {
                    "production": {
                        "deploy_from": {"branches": ["main"], "tags": ["v*"]},
                        "reviewers": {"users": ["mona"], "teams": ["storefront-leads"]},
                        "wait_minutes": 10,
                        "variables": {"S3_BUCKET": "storefront-prod"},
                        "roles": {
                            "deploy": {
                                "permissions": [
                                    {
                                        "preset": "statement",
                                        "actions": ["s3:PutObject"],
                                        "resources": ["arn:aws:s3:::storefront-prod/*"],
                                    }
                                ]
                            }
                        },
                    }
                },
            }
        },
    }
