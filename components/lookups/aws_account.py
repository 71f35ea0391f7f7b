"""Ask AWS which account the credentials open, and what exists there already."""

import re
from collections.abc import Collection
from dataclasses import dataclass

import pulumi_aws as aws

_FEW = 10
"""So many questions take less time than a list of an account's roles, a hundred a page."""

_NOT_ALLOWED = re.compile(r"account ID not allowed: (\d{12})", re.IGNORECASE)


class AwsLookupError(Exception):
    """Say which question AWS did not answer, and with what."""


@dataclass(frozen=True)
class AwsAccount:
    """What AWS says of the credentials: the account, 12 digits, and its partition."""

    number: str
    partition: str


def read_account() -> AwsAccount:
    """Return the account and partition that the credentials open.

    The provider refuses an account that `aws:allowedAccountIds` leaves out, naming it; it is
    returned all the same, for a sentence that names both. Raises AwsLookupError when AWS refuses
    to say.
    """
    try:
        number = aws.get_caller_identity().account_id
        return AwsAccount(number, aws.get_partition().partition)
    except Exception as refused:  # the SDK raises Exception itself (pulumi 3.272)
        refused_account = _NOT_ALLOWED.search(str(refused))
        if refused_account:
            return AwsAccount(refused_account[1], partition="")
        raise AwsLookupError(_refusal("which account this is", refused)) from None


def read_audiences(provider_arn: str) -> tuple[str, ...]:
    """Return the client ids that an existing OIDC provider accepts.

    Raises AwsLookupError when there is no such provider, or AWS refuses to say.
    """
    try:
        found = aws.iam.get_open_id_connect_provider(arn=provider_arn)
    except Exception as refused:  # the SDK raises Exception itself (pulumi 3.272)
        raise AwsLookupError(_refusal(f'what "{provider_arn}" accepts', refused)) from None
    return tuple(found.client_id_lists)


def provider_exists(provider_arn: str) -> bool:
    """Tell whether the account has the OIDC provider, as far as it may be read.

    Where it may not, creating it says more.
    """
    try:
        aws.iam.get_open_id_connect_provider(arn=provider_arn)
    except Exception:  # the SDK raises Exception itself (pulumi 3.272)
        return False
    return True


def existing_roles(names: Collection[str]) -> dict[str, str]:
    """Return the ARNs of those of some roles that exist, as far as they may be read.

    Where they may not, creating one says more. Few are asked for one by one, many by the list of
    the account's roles.
    """
    if len(names) > _FEW:
        return _listed_roles(frozenset(names))
    found = {}
    for name in names:
        try:
            found[name] = aws.iam.get_role(name=name).arn
        except Exception:  # noqa: S112 - the SDK raises Exception itself (pulumi 3.272)
            continue
    return found


def _listed_roles(names: frozenset[str]) -> dict[str, str]:
    try:
        arns = aws.iam.get_roles().arns
    except Exception:  # the SDK raises Exception itself (pulumi 3.272)
        return {}
    listed = ((arn.rpartition("/")[2], arn) for arn in arns)
    return {name: arn for name, arn in listed if name in names}


def policy_document(arn: str) -> str:
    """Return the document of the default version of a managed policy.

    Raises AwsLookupError when there is no such policy, or AWS refuses to say.
    """
    try:
        return aws.iam.get_policy(arn=arn).policy
    except Exception as refused:  # the SDK raises Exception itself (pulumi 3.272)
        raise AwsLookupError(_refusal(f'what "{arn}" allows', refused)) from None


def _refusal(question: str, refused: Exception) -> str:
    last = str(refused).strip().splitlines()[-1].strip("* \t")
    return (
        f'aws: AWS does not say {question}: "{last}". Nothing can be checked before it does. '
        "Log in to the stack's account, or correct what is named"
    )
