"""Why a call to a model failed: two kinds of errors, and how the wire's evidence decides."""

import json
import re
from collections.abc import Iterable
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus

import httpx

from service.domain.completion import MAX_ATTEMPTS
from workers import endings, providers, transport


class LLMError(Exception):
    """A call to a model failed; `message` is scrubbed and at most 200 characters."""

    is_transient = False
    # Such a failure is final at this attempt, however transient it is.
    most_attempts = MAX_ATTEMPTS

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

    @property
    def asks_to_wait(self) -> bool:
        """Whether the provider did nothing but ask for patience: no attempt was spent."""
        return self.is_transient and self.error_class in _PATIENCE


class TransientLLMError(LLMError):
    """Trying again later may help."""

    is_transient = True


class PermanentLLMError(LLMError):
    """Trying again does not help until somebody changes something."""


class GarbledAnswer(TransientLLMError):
    """The server answered 200 with something that is no answer; worth one more try, not five."""

    most_attempts = 2


class EndlessAnswer(TransientLLMError):
    """The server took the call and did not come to an end: worth one more try, for it may cost."""

    most_attempts = 2


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
    529: ("overloaded", "The provider is overloaded.", True),
}
_PATIENCE = frozenset({"rate_limited", "overloaded"})
# Errors that come without a status of their own, or under one that says something else: what
# their sentence or code holds, and the status that this means. The first that fits counts.
_BY_WORDS = (
    (402, ("insufficient_quota", "insufficient credit", "insufficient balance", "out of credit",
           "insufficient fund", "credit balance", "payment required")),
    (429, ("rate limit", "rate_limit", "rate-limit", "too many requests", "resource_exhausted",
           "throttl", "qps limit", "requests per minute", "tokens per minute")),
    (529, ("overloaded", "at capacity")),
    (401, ("invalid api key", "invalid_api_key", "incorrect api key", "authentication_error")),
    (404, ("model_not_found", "no such model", "unknown model")),
)  # fmt: skip
_TRY_AGAIN = re.compile(r"(?:again|retry|wait)[a-z ]{1,20}?(\d{1,6}(?:\.\d{1,6})?) ?(m?s)(?:ec|\b)")


def explain(error: Exception, witness: transport.Witness, secrets: Iterable[str]) -> LLMError:
    """Return the error in our terms, judged by what was seen on the wire first."""
    if witness.trouble is not None:
        return _of_the_wire(witness.trouble, witness)
    if witness.status is not None and witness.status >= HTTPStatus.BAD_REQUEST:
        text = providers.without_secrets(_complaint(witness.beginning), secrets)
        return _of_the_status(witness.status, witness, text)
    if witness.status is not None:
        return in_an_answer(witness, secrets) or _no_answer(witness, secrets)
    if witness.requests == 0:
        text = providers.scrub(str(error), secrets)
        return PermanentLLMError("bad_request", f"Not sent: {text}", maybe_paid=False)
    return TransientLLMError("connection", "The connection was lost.")


def in_an_answer(witness: transport.Witness, secrets: Iterable[str]) -> LLMError | None:
    """Return the error that an answer with a good status holds or ends in, None where it is none.

    The provider's own code or words say which kind it is; where they do not, one more try is
    worth it.
    """
    told = endings.told(witness.beginning)
    text = providers.without_secrets(told.error, secrets)
    if text:
        status = told.status or _status_in_words(text)
        if status is not None:
            return _of_the_status(status, witness, text)
        return GarbledAnswer("provider_error", f"The provider answers with an error: {text}")
    if told.reason.lower() in endings.BROKEN:
        return GarbledAnswer(
            "broken_off", f"The provider broke the answer off: it ended with {told.reason!r}."
        )
    return None


def _no_answer(witness: transport.Witness, secrets: Iterable[str]) -> LLMError:
    if "html" in witness.content_type:
        return GarbledAnswer("garbled", "The server sent a web page. Check the address it is at.")
    text = providers.scrub(_complaint(witness.beginning), secrets)
    says = f" It says: {text}" if text else ""
    return GarbledAnswer(
        "garbled", f"The server sent something that is no answer. Check the address it is at.{says}"
    )


def _of_the_wire(trouble: Exception, witness: transport.Witness) -> LLMError:
    if isinstance(trouble, transport.AnswerTooLarge):
        return PermanentLLMError("too_large", "The answer is larger than 2 MiB.")
    if isinstance(trouble, transport.Redirected):
        return PermanentLLMError(
            "redirected",
            "The server redirects elsewhere. Give its final address in ENDPOINTS_FILE.",
        )
    if isinstance(trouble, httpx.TimeoutException):
        kind = EndlessAnswer if witness.was_sent else TransientLLMError
        return kind("timeout", "The server did not answer in time.", maybe_paid=witness.was_sent)
    if not isinstance(trouble, httpx.TransportError) or isinstance(
        trouble, transport.UnknownEncoding
    ):
        return GarbledAnswer("garbled", "The server sent something that cannot be unpacked.")
    if not witness.was_sent:
        return TransientLLMError(
            "connection", "The server cannot be reached. Is it running?", maybe_paid=False
        )
    return TransientLLMError("connection", "The connection broke before the answer was whole.")


def _of_the_status(status: int, witness: transport.Witness, text: str) -> LLMError:
    """Return the error that a status means; `text` is the provider's own sentence."""
    default = ("server_error", "The provider has an error of its own.", True)
    if status < HTTPStatus.INTERNAL_SERVER_ERROR:
        default = ("bad_request", "The provider refuses the request.", False)
    if status in {400, 403, 429} and _status_in_words(text) == HTTPStatus.PAYMENT_REQUIRED:
        status = 402
    wait = retry_after_seconds(witness.retry_after)
    if wait is None:
        wait = _wait_in_words(text)
    if status == HTTPStatus.SERVICE_UNAVAILABLE and wait is not None:
        status = 529
    code, sentence, may_help = _BY_STATUS.get(status, default)
    seen = witness.status if (witness.status or 0) >= HTTPStatus.BAD_REQUEST else status
    message = f"{sentence} It says ({seen}): {text}" if text else f"{sentence} ({seen})"
    if may_help:
        # A refused call is not charged; a server error may have been.
        is_refused = code in _PATIENCE
        return TransientLLMError(code, message, retry_after=wait, maybe_paid=not is_refused)
    return PermanentLLMError(code, message, maybe_paid=False)


def _status_in_words(text: str) -> int | None:
    lower = text.lower()
    return next(
        (status for status, words in _BY_WORDS if any(word in lower for word in words)), None
    )


def _wait_in_words(text: str) -> float | None:
    """Return the seconds of "try again in 20s", the only place where some providers say it."""
    found = _TRY_AGAIN.search(text.lower())
    if found is None:
        return None
    return float(found[1]) / (1000 if found[2] == "ms" else 1)


def _complaint(body: bytes | bytearray) -> str:
    """Return the provider's own sentence and code out of the body of an error."""
    text = body.decode("utf-8", "replace")
    try:
        content = json.loads(text)
    except (ValueError, RecursionError):
        return "" if "<html" in text.lower() else text
    inner = content.get("error", content) if isinstance(content, dict) else content
    return endings.sentence(inner)


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
