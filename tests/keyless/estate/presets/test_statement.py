"""Statements become one document, the same whatever order they come in."""

from itertools import permutations

from keyless.estate.presets import Statement, as_document

PUT_A = Statement(("s3:PutObject",), ("arn:aws:s3:::a/*",))
PUT_B = Statement(("s3:PutObject",), ("arn:aws:s3:::b/*",))
DELETE_A = Statement(("s3:DeleteObject",), ("arn:aws:s3:::a/*",))
LIST_A = Statement(
    ("s3:ListBucket",), ("arn:aws:s3:::a",), {"StringLike": {"s3:prefix": ("y/*", "x/*")}}
)


def test_one_statement_is_written_in_order_without_repetition() -> None:
    statement = Statement(
        ("s3:PutObject", "s3:GetObject", "s3:PutObject"), ("arn:aws:s3:::b/*", "arn:aws:s3:::a/*")
    )
    assert as_document([statement]) == {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Action": ["s3:GetObject", "s3:PutObject"],
                "Resource": ["arn:aws:s3:::a/*", "arn:aws:s3:::b/*"],
            }
        ],
    }


def test_equal_statements_become_one() -> None:
    assert as_document([PUT_A, PUT_A]) == as_document([PUT_A])


def test_statements_of_the_same_actions_share_their_resources() -> None:
    assert as_document([PUT_B, PUT_A])["Statement"] == [
        {
            "Effect": "Allow",
            "Action": ["s3:PutObject"],
            "Resource": ["arn:aws:s3:::a/*", "arn:aws:s3:::b/*"],
        }
    ]


def test_statements_of_the_same_resources_share_their_actions() -> None:
    assert as_document([PUT_A, DELETE_A])["Statement"] == [
        {
            "Effect": "Allow",
            "Action": ["s3:DeleteObject", "s3:PutObject"],
            "Resource": ["arn:aws:s3:::a/*"],
        }
    ]


def test_merging_grants_nothing_that_was_not_granted() -> None:
    assert as_document([PUT_A, PUT_B, DELETE_A])["Statement"] == [
        {"Effect": "Allow", "Action": ["s3:DeleteObject"], "Resource": ["arn:aws:s3:::a/*"]},
        {
            "Effect": "Allow",
            "Action": ["s3:PutObject"],
            "Resource": ["arn:aws:s3:::a/*", "arn:aws:s3:::b/*"],
        },
    ]


def test_statements_of_different_conditions_stay_apart() -> None:
    free = Statement(LIST_A.actions, LIST_A.resources)
    assert as_document([LIST_A, free])["Statement"] == [
        {
            "Effect": "Allow",
            "Action": ["s3:ListBucket"],
            "Resource": ["arn:aws:s3:::a"],
            "Condition": {"StringLike": {"s3:prefix": ["x/*", "y/*"]}},
        },
        {"Effect": "Allow", "Action": ["s3:ListBucket"], "Resource": ["arn:aws:s3:::a"]},
    ]


def test_the_order_does_not_matter() -> None:
    documents = [as_document(order) for order in permutations([PUT_A, PUT_B, DELETE_A, LIST_A])]
    assert all(document == documents[0] for document in documents)


def test_no_statements_make_an_empty_document() -> None:
    assert as_document([]) == {"Version": "2012-10-17", "Statement": []}
