"""Keyless access from GitHub Actions to AWS: the part that needs no Pulumi."""
