"""Lines break between words alone, and names that people copy stay whole."""

import io

from rich.console import Console

from keyless.command_line.paragraph import Paragraph

ARN = "arn:aws:iam::222222222222:role/keyless/acme-shop-production-deploy"


def _lines(paragraph: Paragraph, width: int) -> list[str]:
    out = io.StringIO()
    Console(file=out, width=width).print(paragraph, crop=False)
    return out.getvalue().splitlines()


def test_further_lines_stand_below_the_text() -> None:
    assert _lines(Paragraph("one two three four five", "  in    "), 30) == [
        "  in    one two three four",
        "        five",
    ]


def test_a_name_longer_than_the_terminal_stays_whole() -> None:
    assert _lines(Paragraph(f"The role {ARN} is none."), 40) == ["The role", ARN, "is none."]


def test_code_that_fits_a_line_is_not_broken() -> None:
    text = "It is `a`. Please write `${{ vars.AWS_ROLE_ARN }}`: it is known."
    assert _lines(Paragraph(text), 40) == [
        "It is `a`. Please write",
        "`${{ vars.AWS_ROLE_ARN }}`: it is known.",
    ]


def test_code_longer_than_a_line_breaks_between_its_words() -> None:
    assert _lines(Paragraph("`if: github.event_name != 'pull_request'`"), 30) == [
        "`if: github.event_name !=",
        "'pull_request'`",
    ]
