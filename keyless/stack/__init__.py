"""Read a stack as Pulumi prints it: outputs, export, streamed preview, state."""
