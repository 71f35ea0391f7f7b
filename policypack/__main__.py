"""Build the policy pack; `pulumi preview --policy-pack policypack` runs this file."""

import gc
import sys
from importlib.util import module_from_spec, spec_from_file_location
from io import FileIO, TextIOWrapper
from pathlib import Path

from pulumi_policy import EnforcementLevel, PolicyPack

FOLDER = Path(__file__).absolute().parent
# In a checkout, `keyless` is beside this folder; the folder where Pulumi runs may have another one.
sys.path.insert(0, str(FOLDER.parent))
# This folder is the package, whatever it is called once it is published.
SPEC = spec_from_file_location(
    "policypack", FOLDER / "__init__.py", submodule_search_locations=[str(FOLDER)]
)
assert SPEC
sys.modules["policypack"] = module_from_spec(SPEC)

from policypack.policies import POLICIES  # noqa: E402 - the package is known from here on

# The engine waits for a port that pulumi-policy 1.21.0 writes and leaves in a buffer.
sys.stdout = TextIOWrapper(FileIO(sys.stdout.fileno(), "w", closefd=False), write_through=True)
# Thousands of resources are held at once, and the collector would go through them over and over.
gc.set_threshold(100_000, 20, 100)
PolicyPack("keyless", list(POLICIES), enforcement_level=EnforcementLevel.MANDATORY)
