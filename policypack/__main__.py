"""Build the policy pack; `pulumi preview --policy-pack policypack` runs this file."""

from pulumi_policy import EnforcementLevel, PolicyPack

from policypack.one_reading import read_each_resource_once
from policypack.policies import POLICIES

read_each_resource_once()
PolicyPack("keyless", list(POLICIES), enforcement_level=EnforcementLevel.MANDATORY)
