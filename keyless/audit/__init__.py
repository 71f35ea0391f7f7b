"""Judge the roles that exist already, wherever they are written down."""
