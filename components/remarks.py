"""Say at preview what a stack file says that is allowed, and still worth a sentence."""

from datetime import UTC, datetime

import pulumi

from keyless.estate.reading.remarks import remarks
from keyless.estate.settings import Settings


def say_remarks(settings: Settings) -> None:
    """Log each remark of today."""
    for remark in remarks(settings, datetime.now(UTC).date()):
        log = pulumi.log.warn if remark.is_warning else pulumi.log.info
        log(remark.sentence)
