"""Build the policy pack; `pulumi preview --policy-pack policypack` runs this file."""

from pulumi_policy import EnforcementLevel, PolicyPack

from policypack.policies import POLICIES

PolicyPack("keyless", list(POLICIES), enforcement_level=EnforcementLevel.MANDATORY)
