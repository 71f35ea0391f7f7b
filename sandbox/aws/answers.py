"""Write errors the way the query APIs of IAM and STS do.

Shape: "Common Errors" of the IAM and STS API references, XML of the query protocol.
"""

from dataclasses import dataclass
from uuid import uuid4
from xml.sax.saxutils import escape

from werkzeug.wrappers import Response

_IAM_NAMESPACE = "https://iam.amazonaws.com/doc/2010-05-08/"


@dataclass(frozen=True)
class Refusal:
    """Hold AWS's refusal of one call: its code, its message and the HTTP status."""

    code: str
    message: str
    status: int = 400

    def answer(self) -> Response:
        """Return the refusal as an HTTP answer."""
        request_id = str(uuid4())
        body = (
            f'<ErrorResponse xmlns="{_IAM_NAMESPACE}">'
            f"<Error><Type>{'Sender' if self.status < 500 else 'Receiver'}</Type>"
            f"<Code>{escape(self.code)}</Code><Message>{escape(self.message)}</Message></Error>"
            f"<RequestId>{request_id}</RequestId></ErrorResponse>"
        )
        headers = {"x-amzn-RequestId": request_id}
        return Response(body, status=self.status, headers=headers, content_type="text/xml")


def accepted(action: str) -> Response:
    """Return the answer to an `action` that succeeds and has nothing to tell."""
    body = (
        f'<{action}Response xmlns="{_IAM_NAMESPACE}"><{action}Result/>'
        f"<ResponseMetadata><RequestId>{uuid4()}</RequestId></ResponseMetadata></{action}Response>"
    )
    return Response(body, content_type="text/xml")
