"""Queries that find the sessions of a role in CloudTrail."""
