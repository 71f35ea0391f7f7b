"""Try events and tokens against the roles of a stack, without a call to either side."""
