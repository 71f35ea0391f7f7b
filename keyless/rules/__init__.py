"""What is loose outside of trust documents: pure functions that pack and commands ask."""
