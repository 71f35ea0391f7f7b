"""Ask AWS with whatever credentials boto3 finds, and say why it did not answer."""

import os
from typing import Any

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from keyless.text.printable import printable
from keyless.text.sentences import quoted

REFUSALS = (ClientError, BotoCoreError, ValueError)
"""What a call raises where AWS does not answer it, or cannot be asked."""


def open_session(region: str | None = None) -> Any:
    """Return a session in a region, or else in AWS_REGION, which boto3 itself does not read."""
    return boto3.session.Session(region_name=region or os.environ.get("AWS_REGION"))


def why_unanswered(refusal: Exception) -> str:
    """Say what one of the REFUSALS is about, without a full stop."""
    if not isinstance(refusal, ClientError):
        return f"AWS cannot be asked ({printable(str(refusal))})"
    error = refusal.response.get("Error", {})
    said = quoted(str(error.get("Message", "")).rstrip("."), 300)
    return f"AWS answers {error.get('Code')} {said}"
