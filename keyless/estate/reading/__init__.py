"""A stack's config, read and checked as a whole: pure, and complete before anything is registered.

The models are in `keyless.estate.settings`, their rules beside them; here is how they are read
from YAML, what is checked between them, and every sentence about what is wrong.
"""

from keyless.estate.reading.errors import MissingId, Problem, SettingsError
from keyless.estate.reading.reading import read_settings

__all__ = ["MissingId", "Problem", "SettingsError", "read_settings"]
