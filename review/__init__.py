"""Show people who can become what, and why something was refused."""
