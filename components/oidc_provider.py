"""Let an AWS account trust one GitHub issuer.

Thumbprints are left out on purpose: AWS ignores them for GitHub ("Obtain the thumbprint for an
OpenID Connect identity provider"), and fetched ones make every preview differ.
"""

import pulumi_aws as aws
from pulumi import ComponentResource

from components.child import child_of
from components.hooks.existing_provider import refuse_existing
from keyless.estate.settings import Settings


class OidcProvider(ComponentResource):
    """Create the account's OIDC provider, protected: every role of the account hangs on it.

    `exists` tells whether the account has one, which only the stack that made it may keep.
    """

    def __init__(self, settings: Settings, *, exists: bool) -> None:
        super().__init__("keyless:index:OidcProvider", "oidc_provider")
        arn = settings.oidc_provider_arn
        self.provider = aws.iam.OpenIdConnectProvider(
            "oidc_provider",
            url=settings.issuer.url,
            client_id_lists=[settings.partition.audience],
            tags=dict(settings.defaults.tags),
            opts=child_of(self, protect=True, hooks=refuse_existing(arn) if exists else None),
        )
        self.register_outputs({})
