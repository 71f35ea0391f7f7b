"""The access map: who can become what, for a terminal, an audit folder and a browser."""
