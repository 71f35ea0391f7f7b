"""Turn a fresh copy of this project into a company's own."""
