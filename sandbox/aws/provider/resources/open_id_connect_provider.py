"""An OpenID Connect identity provider of an account."""

from collections.abc import Set
from functools import partial

from sandbox.aws.provider.connection import Connection
from sandbox.aws.provider.constraints import issuer_fault
from sandbox.aws.provider.failures import unless_gone
from sandbox.aws.provider.kinds import ISSUER, TEXT_SET, TEXTS
from sandbox.aws.provider.resource_type import TAG_PROPERTIES, Existing, Property, ResourceType
from sandbox.aws.provider.tags import listed, mapped, retag
from sandbox.aws.provider.values import Properties


class OpenIdConnectProvider(ResourceType):
    """Identified by its ARN, which contains the issuer; another issuer is another provider."""

    type_name = "aws:iam/openIdConnectProvider:OpenIdConnectProvider"
    label = "IAM OIDC Provider"
    properties = (
        Property("arn", output=True),
        Property("clientIdLists", TEXT_SET, required=True),
        Property("thumbprintLists", TEXTS, computed=True),
        Property("url", ISSUER, required=True, replaces=True, fault=issuer_fault),
        *TAG_PROPERTIES,
    )

    def create(self, aws: Connection, inputs: Properties) -> str:
        """Create the provider; AWS finds thumbprints by itself where none are given."""
        created = aws.iam.create_open_id_connect_provider(
            Url=inputs["url"],
            ClientIDList=inputs["clientIdLists"],
            ThumbprintList=inputs.get("thumbprintLists", []),
            Tags=listed(aws.all_tags(inputs.get("tags"))),
        )
        return created["OpenIDConnectProviderArn"]

    def read(self, aws: Connection, existing: Existing) -> Properties | None:
        """Return the provider; AWS answers its URL without the scheme."""
        found = aws.iam.get_open_id_connect_provider(OpenIDConnectProviderArn=existing.identifier)
        tags = mapped(found.get("Tags", []))
        return {
            "arn": existing.identifier,
            "clientIdLists": found["ClientIDList"],
            "thumbprintLists": found["ThumbprintList"],
            "url": found["Url"],
            "tags": aws.own_tags(tags, existing.known.get("tags")),
            "tagsAll": tags,
        }

    def update(
        self,
        aws: Connection,
        existing: Existing,
        news: Properties,
        changed: Set[str],
    ) -> None:
        """Change thumbprints, audiences and tags; AWS cannot be left without a thumbprint."""
        if "thumbprintLists" in changed and news.get("thumbprintLists"):
            aws.iam.update_open_id_connect_provider_thumbprint(
                OpenIDConnectProviderArn=existing.identifier, ThumbprintList=news["thumbprintLists"]
            )
        if "clientIdLists" in changed:
            self._change_clients(
                aws, existing.identifier, existing.known["clientIdLists"], news["clientIdLists"]
            )
        if "tagsAll" in changed:
            retag(
                existing.known.get("tagsAll", {}),
                aws.all_tags(news.get("tags")),
                partial(
                    aws.iam.untag_open_id_connect_provider,
                    OpenIDConnectProviderArn=existing.identifier,
                ),
                partial(
                    aws.iam.tag_open_id_connect_provider,
                    OpenIDConnectProviderArn=existing.identifier,
                ),
            )

    def delete(self, aws: Connection, existing: Existing) -> None:
        """Delete the provider."""
        with unless_gone():
            aws.iam.delete_open_id_connect_provider(OpenIDConnectProviderArn=existing.identifier)

    def _change_clients(self, aws: Connection, arn: str, olds: list[str], news: list[str]) -> None:
        """Add before removing, so that the provider is never without a client."""
        for client in sorted(set(news) - set(olds)):
            aws.iam.add_client_id_to_open_id_connect_provider(
                OpenIDConnectProviderArn=arn, ClientID=client
            )
        for client in sorted(set(olds) - set(news)):
            aws.iam.remove_client_id_from_open_id_connect_provider(
                OpenIDConnectProviderArn=arn, ClientID=client
            )
