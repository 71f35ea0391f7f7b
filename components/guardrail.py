"""Keep the tokens of every other owner out of each role of an organisation.

Deliberately not created here: the policy type, which a person enables once for the organisation,
since every policy of that type hangs on it.
"""

import json

import pulumi_aws as aws
from pulumi import ComponentResource

from components.child import child_of
from keyless.estate.guardrail_document import guardrail_of
from keyless.estate.naming import GUARDRAIL_NAME
from keyless.estate.settings import Guardrail as GuardrailSettings
from keyless.estate.settings import Settings


class Guardrail(ComponentResource):
    """Create the resource control policy, and attach it to every target."""

    def __init__(self, settings: Settings, guardrail: GuardrailSettings) -> None:
        super().__init__("keyless:index:Guardrail", "guardrail")
        document = guardrail_of(settings, guardrail)
        policy = aws.organizations.Policy(
            "guardrail",
            name=GUARDRAIL_NAME,
            type="RESOURCE_CONTROL_POLICY",
            description="Refuses tokens of every GitHub owner but those that keyless names",
            content=json.dumps(document, separators=(",", ":")),
            tags=dict(settings.defaults.tags),
            opts=child_of(self),
        )
        for target in guardrail.targets:
            aws.organizations.PolicyAttachment(
                f"guardrail/{target}",
                policy_id=policy.id,
                target_id=target,
                opts=child_of(self),
            )
        self.register_outputs({})
