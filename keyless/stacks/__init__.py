"""The stacks of a project's folder, and which of them a change concerns."""
