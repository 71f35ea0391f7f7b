"""The workflow that fits a role: right place, right variable, no more rights than it needs."""
