"""Which actions of IAM an event of CloudTrail stands for: they have other names in places.

Sources: "Required permissions for Amazon S3 API operations" (Amazon S3 User Guide), "Amazon S3
CloudTrail events", "Logging data events" (AWS CloudTrail User Guide), and the pages on CloudTrail
of Lambda and CloudFront, which append a version to the names of events. Every action that is
returned is one of IAM's catalogue.
"""

import re
from collections.abc import Mapping

from keyless.estate.presets.catalogue import Action, actions_matching, service_exists

_HOST = ".amazonaws.com"
_SERVICES = {
    "amazonmq": "mq",
    "cloudcontrolapi": "cloudformation",
    "email": "ses",
    "monitoring": "cloudwatch",
    "opensearch": "es",
    "tagging": "tag",
}
"""Event sources whose service IAM calls otherwise."""

_VERSION = re.compile(r"(?:\d{8}(?:v\d+)?|\d{4}_\d{2}_\d{2})\Z")
_OTHERS: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "dynamodb": {"TransactGetItems": ("GetItem",)},
    "lambda": {"Invoke": ("InvokeFunction",)},
    "s3": {
        "CompleteMultipartUpload": ("PutObject",),
        "CopyObject": ("GetObject", "PutObject"),
        "CreateMultipartUpload": ("PutObject",),
        "DeleteBucketCors": ("PutBucketCORS",),
        "DeleteBucketEncryption": ("PutEncryptionConfiguration",),
        "DeleteBucketLifecycle": ("PutLifecycleConfiguration",),
        "DeleteBucketReplication": ("PutReplicationConfiguration",),
        "DeleteBucketTagging": ("PutBucketTagging",),
        "DeleteObjects": ("DeleteObject",),
        "DeletePublicAccessBlock": ("PutBucketPublicAccessBlock",),
        "GetBucketAccelerateConfiguration": ("GetAccelerateConfiguration",),
        "GetBucketEncryption": ("GetEncryptionConfiguration",),
        "GetBucketLifecycle": ("GetLifecycleConfiguration",),
        "GetBucketLifecycleConfiguration": ("GetLifecycleConfiguration",),
        "GetBucketNotificationConfiguration": ("GetBucketNotification",),
        "GetBucketReplication": ("GetReplicationConfiguration",),
        "GetObjectAttributes": ("GetObject", "GetObjectAttributes"),
        "GetObjectLockConfiguration": ("GetBucketObjectLockConfiguration",),
        "GetPublicAccessBlock": ("GetBucketPublicAccessBlock",),
        "HeadBucket": ("ListBucket",),
        "HeadObject": ("GetObject",),
        "ListBuckets": ("ListAllMyBuckets",),
        "ListMultipartUploads": ("ListBucketMultipartUploads",),
        "ListObjectVersions": ("ListBucketVersions",),
        "ListObjects": ("ListBucket",),
        "ListObjectsV2": ("ListBucket",),
        "ListParts": ("ListMultipartUploadParts",),
        "PutBucketAccelerateConfiguration": ("PutAccelerateConfiguration",),
        "PutBucketEncryption": ("PutEncryptionConfiguration",),
        "PutBucketLifecycle": ("PutLifecycleConfiguration",),
        "PutBucketLifecycleConfiguration": ("PutLifecycleConfiguration",),
        "PutBucketNotificationConfiguration": ("PutBucketNotification",),
        "PutBucketReplication": ("PutReplicationConfiguration",),
        "PutPublicAccessBlock": ("PutBucketPublicAccessBlock",),
        "SelectObjectContent": ("GetObject",),
        "UploadPart": ("PutObject",),
        "UploadPartCopy": ("GetObject", "PutObject"),
    },
}

NEEDS_NO_RIGHTS = frozenset(
    {
        "sts:AssumeRoleWithSAML",
        "sts:AssumeRoleWithWebIdentity",
        "sts:GetCallerIdentity",
        "sts:GetSessionToken",
    }
)
"""Events whose caller needs no permission, or has none yet ("Permissions for AWS STS")."""

_NOT_RECORDED = re.compile(
    r"cloudwatch:putmetricdata|dynamodb:(?:batch|condition|transact|partiql).*|events:putevents"
    r"|dynamodb:(?:get|put|update|delete)item|dynamodb:(?:query|scan)|iam:passrole"
    r"|kinesis:(?:get|put)records?|lambda:invokefunction|logs:(?:putlogevents|createlogstream)"
    r"|s3:.*(?:object|multipart).*|s3:listbucket(?:versions)?|sns:publish"
    r"|sqs:(?:send|receive|delete|changemessage).*|xray:put.*"
)


def service_of(event_source: str) -> str | None:
    """Return the service of an event source as IAM calls it, None for none of IAM's."""
    name = event_source.strip().lower().removesuffix(_HOST)
    service = _SERVICES.get(name, name)
    return service if service_exists(service) else None


def actions_of_event(event_source: str, event_name: str) -> tuple[Action, ...]:
    """Return the actions that an event needs; none where no action of IAM is known for it."""
    service = service_of(event_source)
    if service is None or not event_name.isascii() or not event_name.replace("_", "").isalnum():
        return ()
    name = _VERSION.sub("", event_name)
    named = _OTHERS.get(service, {}).get(name, (name,))
    return tuple(one for each in named for one in actions_matching(f"{service}:{each}"))


def is_recorded(action: str) -> bool:
    """Tell whether a trail of management events records an action; `iam:PassRole` never is."""
    return _NOT_RECORDED.fullmatch(action.lower()) is None
