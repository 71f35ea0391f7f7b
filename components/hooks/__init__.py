"""What watches each resource while the engine writes it."""
