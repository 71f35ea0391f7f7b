"""The issuer of GitHub's tokens, and what AWS derives from its address.

The audience is a matter of the partition, not of the issuer.
"""

from dataclasses import dataclass
from typing import Self

from keyless import facts
from keyless.facts import Partition

_SCHEME = "https://"
GITHUB_COM = _SCHEME + facts.GITHUB_COM


@dataclass(frozen=True)
class Issuer:
    """An issuer of GitHub tokens; `url` is exactly the `iss` claim of those tokens."""

    url: str

    @classmethod
    def parse(cls, url: str) -> Self:
        """Read one of the documented forms, as the `iss` claim has it: letter case counts.

        Raises ValueError with a sentence for any other address.
        """
        if url.startswith(_SCHEME) and facts.form_of(url.removeprefix(_SCHEME)):
            return cls(url)
        *forms, last = [_SCHEME + form.written for form in facts.ISSUER_FORMS]
        raise ValueError(
            "is no issuer of GitHub tokens. AWS would trust anybody who answers at that address. "
            f"Write {', '.join(forms)} or {last}."
        )

    @property
    def key_prefix(self) -> str:
        """The issuer without its scheme, as it stands before the `:` of AWS's condition keys."""
        return self.url.removeprefix(_SCHEME)

    def fills_github_claims(self, partition: Partition) -> bool:
        """Tell whether AWS documents condition keys for GitHub's own claims (`ref`, ids, ...).

        Elsewhere a condition on such a key could keep everybody out, so `aud` and `sub` must do.
        """
        return facts.documents_github_claims(self.key_prefix, partition.name)

    def provider_arn(self, partition: Partition, account: str) -> str:
        """Compose the ARN of the account's OIDC provider, which is known before it is created."""
        return facts.provider_arn(partition.name, account, self.key_prefix)
