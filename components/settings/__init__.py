"""A stack's config, read and checked as a whole: pure, and complete before anything is registered.

The nouns stand in `components.estate`, their rules beside them; here is how they are read from
YAML, what is checked between them, and every sentence about what is wrong.
"""

from components.settings.errors import MissingId, Problem, SettingsError
from components.settings.reading import read_settings

__all__ = ["MissingId", "Problem", "SettingsError", "read_settings"]
