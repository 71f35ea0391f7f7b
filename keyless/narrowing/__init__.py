"""What a policy allows in the words of a stack file, and an entry written anew from its use."""
