"""Refuse to create an OIDC provider that the account has already.

An account holds one for each issuer, and AWS answers 409 to a second one in the middle of an `up`.
A hook asks at preview instead, and only while the state lacks the provider.
"""

from pulumi import ResourceHook, ResourceHookArgs, ResourceHookBinding, ResourceHookOptions
from pulumi.runtime import invoke_async

from components.import_id import import_command

_READ = "aws:iam/getOpenIdConnectProvider:getOpenIdConnectProvider"


class ProviderExistsError(Exception):
    """Say which provider is there already, and the two ways to go on."""


def refuse_existing(arn: str) -> ResourceHookBinding:
    """Return the hook to bind to the provider that will have this ARN."""

    async def refuse(args: ResourceHookArgs) -> None:
        try:
            await invoke_async(_READ, {"arn": arn})
        except Exception:  # the SDK raises Exception itself (pulumi 3.272)
            return  # not there, or not to be read; then creating it says more
        raise ProviderExistsError(
            f"{args.name}: the account has {arn} already, and this stack did not create it. An "
            "account holds one provider for an issuer. Reference it: keyless:oidc_provider: "
            f'{{arn: "{arn}"}}; or take it over: {import_command(args, arn)}'
        )

    hook = ResourceHook("refuse-existing-provider", refuse, ResourceHookOptions(on_dry_run=True))
    return ResourceHookBinding(before_create=[hook])
