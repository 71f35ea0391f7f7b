"""Show the policy pack a managed policy that the stack does not make.

The engine hands a pack neither what a program looks up nor what it reads by its id (pulumi 3.259).
It does hand over the outputs of a component. Deliberately not here: the policy itself.
"""

from pulumi import ComponentResource


class LookedUpPolicy(ComponentResource):
    """Register what a managed policy allows, as it was looked up; nothing is created."""

    def __init__(self, arn: str, document: str) -> None:
        super().__init__("keyless:index:LookedUpPolicy", arn.partition(":policy/")[2])
        self.register_outputs({"arn": arn, "policy": document})
