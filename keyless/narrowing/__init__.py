"""A role's entry in the stack file, written anew with what was used."""
