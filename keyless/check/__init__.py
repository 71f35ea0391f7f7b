"""Check a stack file without engine and network: every mistake with its place."""
