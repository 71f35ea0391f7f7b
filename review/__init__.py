"""The former name of the command `keyless`; `python -m review` says so."""
