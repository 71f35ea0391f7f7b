"""Name the accounts of the sample estate and of the spare one, and what selects each of them.

The keys are made up. They open nothing but the stand-in, which in turn refuses every other key:
so nobody's own credentials can have been used where a call succeeds.
"""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Account:
    """Hold an account's number and the one access key that the stand-in takes for it."""

    number: str
    access_key_id: str
    secret_access_key: str

    @property
    def environment(self) -> Mapping[str, str]:
        """Return the environment variables with which an AWS client becomes this account."""
        return {
            "AWS_ACCESS_KEY_ID": self.access_key_id,
            "AWS_SECRET_ACCESS_KEY": self.secret_access_key,
        }


STAGING = Account("111111111111", "AKIAKEYLESSSTAGING01", "opens-the-staging-sandbox")
PROD = Account("222222222222", "AKIAKEYLESSPROD00001", "opens-the-prod-sandbox")
LEGACY = Account("333333333333", "AKIAKEYLESSLEGACY001", "opens-the-legacy-sandbox")
ACCOUNTS = (STAGING, PROD, LEGACY)


def account_of(access_key_id: str) -> Account | None:
    """Return the account that `access_key_id` belongs to, or None."""
    return next((each for each in ACCOUNTS if each.access_key_id == access_key_id), None)
