"""Hold what watches over GitHub's side while a stack is being written."""

from dataclasses import dataclass

from components.existing_variables import ExistingVariables
from components.verified_protection import VerifiedProtection


@dataclass(frozen=True)
class Safeguards:
    """Refuse variables of somebody else, and trust in environments that are not protected."""

    existing: ExistingVariables
    verified: VerifiedProtection

    @classmethod
    def of(cls, owner: str) -> "Safeguards":
        """Return the safeguards of one owner; their hooks are registered once a run."""
        return cls(ExistingVariables(owner), VerifiedProtection(owner))
