"""Stand in for the Pulumi AWS provider: the IAM resources of this project, over gRPC and boto3.

A plain AWS client: endpoint, region and credentials come from the provider's configuration and
from the environment, as for any other. Properties, identifiers, defaults and what replaces what
follow pulumi-aws of the version below; whatever it has beyond them is refused by name.
"""

VERSION = "7.51.1"
