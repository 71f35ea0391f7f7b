"""`eks-cluster`: find a cluster's address, as `aws eks update-kubeconfig` does.

**What a job may do inside the cluster is the cluster's own matter**: an access entry for the role,
with an access policy or a Kubernetes group, which somebody writes there. The token of `aws eks
get-token` takes no permission of IAM.

Sources: "Grant IAM users access to Kubernetes with EKS access entries" and "Create kubeconfig file"
(Amazon EKS User Guide).
"""

from typing import Literal

from pydantic import Field

from keyless.estate.presets.grant import Grant
from keyless.estate.presets.parameters import EksName
from keyless.estate.presets.place import Place
from keyless.estate.presets.preset import Preset
from keyless.estate.presets.statement import Statement


class EksCluster(Preset):
    """Find one EKS cluster; what the role may do inside is an access entry of the cluster."""

    preset: Literal["eks-cluster"]
    cluster: EksName = Field(description="The name of the cluster.")

    def grant(self, place: Place) -> Grant:
        """Grant describing the cluster."""
        return Grant.of(
            Statement(("eks:DescribeCluster",), (place.arn("eks", f"cluster/{self.cluster}"),)),
            summary=f"find the EKS cluster {self.cluster}, whose access entries decide the rest",
        )
