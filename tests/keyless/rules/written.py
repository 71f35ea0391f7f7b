"""Permission policies as the tests of the rules write them."""

from keyless.rules.grant import Grant
from keyless.rules.permissions import Statement, read_statements

ACCOUNT = "arn:aws:iam::222222222222"
LABEL = 'inline policy "permissions"'
WHERE = f"{LABEL}, statement 1"


def allow(action: object, resource: object = "*", /, **more: object) -> dict[str, object]:
    """Return an Allow statement; a member that is None is left out."""
    statement = {"Effect": "Allow", "Action": action, "Resource": resource, **more}
    return {name: value for name, value in statement.items() if value is not None}


def granted(*statements: object, arn: str = "") -> Grant:
    return Grant(LABEL, {"Version": "2012-10-17", "Statement": [*statements]}, arn)


def read(statement: object) -> Statement:
    (only,) = read_statements({"Statement": [statement]})
    return only
