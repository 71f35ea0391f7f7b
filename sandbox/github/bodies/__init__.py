"""Describe accounts, teams and repositories the way every answer that contains them does."""
