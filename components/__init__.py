"""Provision what an estate describes: pure settings and plain values, then Pulumi components."""
