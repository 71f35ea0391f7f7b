"""Give accounts what exists before the project's first `up`: rights of a pipeline, an organisation.

The document is the one that the guide to a first stack creates, for this account and stack.
"""

from pathlib import Path

from moto.iam.models import IAMBackend
from moto.organizations.models import OrganizationsBackend

RIGHTS = Path(__file__).parents[2] / "docs" / "bootstrap" / "keyless-up.json"
ROOT = "r-acme"
"""The id of the organisation's root."""
_DOCUMENTED = ("222222222222", "prod")
"""The account and the stack that the document is written for."""


def bootstrap(iam: IAMBackend, account: str, stack: str) -> None:
    """Create the policy that is both boundary and rights of the role that runs `up`."""
    document = RIGHTS.read_text(encoding="utf-8")
    for written, own in zip(_DOCUMENTED, (account, stack), strict=True):
        document = document.replace(written, own)
    iam.create_policy(
        description="What keyless may do when its own pipeline runs `up`",
        path="/bootstrap/",
        policy_document=document,
        policy_name="keyless-up",
        tags=[],
    )


def organise(organisation: OrganizationsBackend) -> None:
    """Create an organisation that takes resource control policies, with nothing but its root."""
    organisation.create_organization("us-east-1", FeatureSet="ALL")
    (root,) = organisation.ou
    root.id = ROOT
    organisation.enable_policy_type(RootId=ROOT, PolicyType="RESOURCE_CONTROL_POLICY")
