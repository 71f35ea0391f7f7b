"""What the project is made of: its packages and modules, listed, and held against advisories."""
