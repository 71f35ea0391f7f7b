"""What a stack file describes: settings, how they are read, presets, names and documents."""
