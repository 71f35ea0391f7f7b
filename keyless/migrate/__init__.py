"""Rewrite a team's own workflow from stored AWS keys to a role, and touch nothing else of it."""
