"""Session names: what AWS takes, and what a search finds again."""

import re

from hypothesis import given
from hypothesis import strategies as st

from keyless.stack.session_name import RUN_ID, session_name


def evaluated(name: str, run: int, attempt: int) -> str:
    return name.replace("${{ github.run_id }}", str(run)).replace(
        "${{ github.run_attempt }}", str(attempt)
    )


def test_words_come_first() -> None:
    assert session_name("storefront", "deploy") == (
        "storefront-deploy-${{ github.run_id }}-${{ github.run_attempt }}"
    )


@given(
    st.lists(st.text(max_size=120), max_size=3),
    st.integers(1, 10**20 - 1),
    st.integers(1, 9999),
)
def test_aws_takes_it_and_the_run_is_found(words: list[str], run: int, attempt: int) -> None:
    name = evaluated(session_name(*words), run, attempt)
    assert re.fullmatch(r"[A-Za-z0-9_+=,.@-]{2,64}", name)
    found = re.search(RUN_ID, name)
    assert found is not None
    assert found[1] == str(run)
