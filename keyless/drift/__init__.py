"""Compare what is there on both sides with what a stack says, by reading alone."""
