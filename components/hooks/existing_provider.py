"""Refuse to create an OIDC provider that the account has already.

An account has one for each issuer, and AWS answers 409 to a second one in the middle of an `up`.
Whether there is one is asked beforehand, since hooks must not ask the engine; a hook says so, and
only while the state lacks the provider.
"""

from pulumi import ResourceHook, ResourceHookArgs, ResourceHookBinding, ResourceHookOptions

from components.import_command import import_command


class ProviderExistsError(Exception):
    """Say which provider is there already, and the two ways to go on."""


def refuse_existing(arn: str) -> ResourceHookBinding:
    """Return the hook to bind to the provider that would have this ARN, which exists already."""

    def refuse(args: ResourceHookArgs) -> None:
        raise ProviderExistsError(
            f"{args.name}: the account has {arn} already, and this stack did not create it. An "
            "account has one provider for an issuer. Reference it: keyless:oidc_provider: "
            f'{{arn: "{arn}"}}; or take it over: {import_command(args, arn)}'
        )

    hook = ResourceHook("refuse-existing-provider", refuse, ResourceHookOptions(on_dry_run=True))
    return ResourceHookBinding(before_create=[hook])
