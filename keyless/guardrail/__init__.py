"""The resource control policy that keeps foreign tenants of GitHub out of a whole organisation."""
