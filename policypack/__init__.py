"""Refuse loose trust at preview: a reader of trust policies and the policies built on it."""
