"""Join workflow files with a stack's roles: which job gets into which role, and why not."""
