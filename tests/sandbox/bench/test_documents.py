"""What is judged for the figures is what it says it is."""

import json
from pathlib import Path

import pytest

from keyless.estate.reading import read_settings
from keyless.trust import Verdict, judge
from sandbox.bench.documents import KINDS, LARGEST, hostile_documents, usual_document
from sandbox.bench.estate import catalogue, stack_config, write_project
from sandbox.bench.measurements.checkov import judge_file, write_role


def test_usual_documents_are_read_as_what_they_are() -> None:
    assert [judge(usual_document(kind, 7)).verdict for kind in KINDS] == [
        Verdict.EXACT,
        Verdict.EXACT,
        Verdict.REPOSITORY_WIDE,
        Verdict.OWNER_WIDE,
    ]


@pytest.mark.parametrize("kind", KINDS)
def test_no_usual_document_comes_twice(kind: str) -> None:
    assert len({usual_document(kind, number) for number in range(500)}) == 500


def test_hostile_documents_are_large_but_not_too_large() -> None:
    documents = dict(hostile_documents())
    assert len(documents) >= 20
    assert all(len(document) <= LARGEST for document in documents.values())
    assert max(map(len, documents.values())) == LARGEST


def test_a_terraform_file_holds_the_document(tmp_path: Path) -> None:
    file = write_role(tmp_path, 0)
    document = file.read_text().partition("jsonencode(")[2].rpartition(")")[0]
    assert json.loads(document) == json.loads(usual_document(KINDS[0], 0))
    judge_file(file)


def test_the_estate_is_one_that_the_settings_take(tmp_path: Path) -> None:
    write_project(tmp_path, 3)
    settings = read_settings(stack_config(), stack="prod", root=tmp_path)
    assert list(settings.repositories) == list(catalogue(3))
