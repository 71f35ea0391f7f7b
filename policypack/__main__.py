"""Build the policy pack; `pulumi preview --policy-pack policypack` runs this file."""

import gc
import sys
from io import FileIO, TextIOWrapper
from pathlib import Path

from pulumi_policy import EnforcementLevel, PolicyPack

# The folder where Pulumi runs comes first otherwise, and may hold another `policypack`.
sys.path.insert(0, str(Path(__file__).absolute().parents[1]))

from policypack.policies import POLICIES

# The engine waits for a port that pulumi-policy 1.21.0 writes and leaves in a buffer.
sys.stdout = TextIOWrapper(FileIO(sys.stdout.fileno(), "w", closefd=False), write_through=True)
# Thousands of resources are held at once, and the collector would go through them over and over.
gc.set_threshold(100_000, 20, 100)
PolicyPack("keyless", list(POLICIES), enforcement_level=EnforcementLevel.MANDATORY)
