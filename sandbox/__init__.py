"""Run the whole job on one machine, with no cloud account."""
