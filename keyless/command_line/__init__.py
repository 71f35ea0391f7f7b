"""The command line: what a command is, how it ends, and how it reads and writes files."""
