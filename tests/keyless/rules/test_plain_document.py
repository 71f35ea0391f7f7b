"""The plain document to write instead of an odd one."""

import pytest

from keyless.rules.plain_document import plain_document
from keyless.trust import Verdict, judge
from keyless.trust.plain import Odd, plain
from tests.keyless.trust import adversarial_cases
from tests.keyless.trust.test_plain import LISTED


@pytest.mark.parametrize("case", adversarial_cases.CASES, ids=lambda case: case.name)
def test_what_is_handed_over_is_plain_and_serves_what_was_meant(
    case: adversarial_cases.Case,
) -> None:
    rewrite = plain_document(case.policy, LISTED, None)
    if rewrite.document is None:
        return
    served = plain(rewrite.document, LISTED, None)
    assert not isinstance(served, Odd), served
    meant = judge(case.policy)
    if meant.verdict is Verdict.EXACT and len(meant.contexts) == 1:
        (context,) = meant.contexts
        assert {each.context for each in judge(rewrite.document).contexts} == {context.context}
        assert context.repository.name in (None, served.repository.name)
        assert context.repository.owner in (None, served.repository.owner)
        assert context.repository.id in (None, served.repository.id)
