"""Why a call to a model failed: two kinds of errors, and how the wire's evidence decides."""

import json
from collections.abc import Iterable
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus

import httpx

from workers import providers, transport


class LLMError(Exception):
    """A call to a model failed; `message` is scrubbed and at most 200 characters."""

    is_transient = False

    def __init__(
        self,
        error_class: str,
        message: str,
        *,
        retry_after: float | None = None,
        maybe_paid: bool = True,
    ) -> None:
        """Keep a class for machines, a message for people, and whether it may have cost money."""
        super().__init__(f"{error_class}: {message}")
        self.error_class = error_class
        self.message = providers.scrub(message)
        self.retry_after = retry_after
        self.maybe_paid = maybe_paid


class TransientLLMError(LLMError):
    """Trying again later may help."""

    is_transient = True


class PermanentLLMError(LLMError):
    """Trying again does not help until somebody changes something."""


class GarbledAnswer(TransientLLMError):
    """The server answered 200 with something that is no answer; worth one more try, not five."""


# Status: class, what to tell people, whether another try may help.
_BY_STATUS = {
    400: ("bad_request", "The provider refuses the request.", False),
    401: ("unauthorized", "The provider refuses the key. Check it and retry.", False),
    402: ("no_credit", "The provider asks for payment. Top up the account and retry.", False),
    403: ("forbidden", "The key may not use this model.", False),
    404: ("not_found", "The provider knows no such model or address.", False),
    408: ("timeout", "The provider took too long.", True),
    409: ("busy", "The provider is busy.", True),
    413: ("too_long", "The prompt is too long for this model.", False),
    422: ("bad_request", "The provider refuses the request.", False),
    425: ("busy", "The provider is busy.", True),
    429: ("rate_limited", "The provider asks to slow down.", True),
}


def explain(error: Exception, witness: transport.Witness, secrets: Iterable[str]) -> LLMError:
    """Return the error in our terms, judged by what was seen on the wire first."""
    if witness.trouble is not None:
        return _of_the_wire(witness.trouble, witness)
    if witness.status is not None and witness.status >= HTTPStatus.BAD_REQUEST:
        return _of_the_status(witness, providers.scrub(_complaint(witness.complaint), secrets))
    if witness.status is not None:
        kind = "a web page" if "html" in witness.content_type else "something that is no answer"
        return GarbledAnswer("garbled", f"The server sent {kind}. Check the address it is at.")
    if witness.requests == 0:
        text = providers.scrub(str(error), secrets)
        return PermanentLLMError("bad_request", f"Not sent: {text}", maybe_paid=False)
    return TransientLLMError("connection", "The connection was lost.")


def _of_the_wire(trouble: Exception, witness: transport.Witness) -> LLMError:
    if isinstance(trouble, transport.AnswerTooLarge):
        return PermanentLLMError("too_large", "The answer is larger than 2 MiB.")
    if isinstance(trouble, transport.Redirected):
        return PermanentLLMError(
            "redirected",
            "The server redirects elsewhere. Give its final address in ENDPOINTS_FILE.",
        )
    if isinstance(trouble, httpx.TimeoutException):
        return TransientLLMError(
            "timeout", "The server did not answer in time.", maybe_paid=witness.was_sent
        )
    if not isinstance(trouble, httpx.TransportError) or isinstance(
        trouble, transport.UnknownEncoding
    ):
        return GarbledAnswer("garbled", "The server sent something that cannot be unpacked.")
    if not witness.was_sent:
        return TransientLLMError(
            "connection", "The server cannot be reached. Is it running?", maybe_paid=False
        )
    return TransientLLMError("connection", "The connection broke before the answer was whole.")


def _of_the_status(witness: transport.Witness, text: str) -> LLMError:
    status = witness.status or 0
    default = ("server_error", "The provider has an error of its own.", True)
    if status < HTTPStatus.INTERNAL_SERVER_ERROR:
        default = ("bad_request", "The provider refuses the request.", False)
    code, sentence, may_help = _BY_STATUS.get(status, default)
    if status == HTTPStatus.TOO_MANY_REQUESTS and "insufficient_quota" in text:
        code, sentence, may_help = _BY_STATUS[402]
    message = f"{sentence} It says ({status}): {text}" if text else f"{sentence} ({status})"
    wait = retry_after_seconds(witness.retry_after)
    if may_help:
        # A refused call is not charged; a server error may have been.
        return TransientLLMError(code, message, retry_after=wait, maybe_paid=code != "rate_limited")
    return PermanentLLMError(code, message, maybe_paid=False)


def _complaint(body: bytes) -> str:
    """Return the provider's own sentence and code out of the body of an error."""
    text = body.decode("utf-8", "replace")
    try:
        content = json.loads(text)
    except ValueError:
        return "" if "<html" in text.lower() else text
    inner = content.get("error", content) if isinstance(content, dict) else content
    if not isinstance(inner, dict):
        return str(inner)
    code = f" ({inner['code']})" if inner.get("code") else ""
    return f"{inner.get('message', inner)}{code}"


def retry_after_seconds(value: str) -> float | None:
    """Return the seconds of a Retry-After header, given as a number or as a date."""
    if not value:
        return None
    try:
        return max(0.0, float(value))
    except ValueError:
        pass
    try:
        moment = parsedate_to_datetime(value)
    except ValueError:
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return max(0.0, (moment - datetime.now(UTC)).total_seconds())
