"""Stand in for AWS: moto behind AWS's own refusals, and the Pulumi provider that calls it."""
