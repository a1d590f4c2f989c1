from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import httpx
import pytest

from workers import failures, transport
from workers.failures import PermanentLLMError, TransientLLMError


def explain(**seen) -> failures.LLMError:
    return failures.explain(RuntimeError("whatever"), transport.Witness(requests=1, **seen), [])


class TestExplain:
    @pytest.mark.parametrize(
        ("status", "kind"),
        [(s, PermanentLLMError) for s in (400, 401, 402, 403, 404, 405, 413, 418, 422)]
        + [(s, TransientLLMError) for s in (408, 409, 425, 429, 500, 502, 503, 504, 529)],
    )
    def test_judges_by_the_status_that_was_seen(self, status, kind):
        assert type(explain(status=status)) is kind

    def test_quotes_the_providers_own_sentence(self):
        body = b'{"error": {"message": "Too hot.", "code": "heat"}}'
        assert explain(status=400, beginning=body).message.endswith("(400): Too hot. (heat)")

    def test_does_not_quote_web_pages(self):
        assert "<" not in explain(status=502, beginning=b"<HTML><p>Bad gateway</p>").message

    def test_a_refused_connection_was_not_paid(self):
        error = explain(trouble=httpx.ConnectError("refused"))
        assert (error.error_class, error.maybe_paid) == ("connection", False)

    def test_a_broken_connection_may_have_been_paid(self):
        error = explain(trouble=httpx.ReadError("reset"), was_sent=True)
        assert (error.error_class, error.maybe_paid) == ("connection", True)

    def test_what_was_never_sent_cannot_have_cost_anything(self):
        error = failures.explain(ValueError("no such option"), transport.Witness(), [])
        assert isinstance(error, PermanentLLMError)
        assert not error.maybe_paid

    def test_scrubs_what_it_quotes(self):
        body = b'{"error": {"message": "bad key lab-secret-1"}}'
        witness = transport.Witness(requests=1, status=401, beginning=body)
        error = failures.explain(RuntimeError(), witness, ["lab-secret-1"])
        assert "lab-secret-1" not in error.message


class TestRetryAfterSeconds:
    @pytest.mark.parametrize(
        ("value", "seconds"), [("", None), ("17", 17.0), ("0.5", 0.5), ("-3", 0.0), ("soon", None)]
    )
    def test_reads_numbers(self, value, seconds):
        assert failures.retry_after_seconds(value) == seconds

    def test_reads_dates(self):
        later = format_datetime(datetime.now(UTC) + timedelta(seconds=90), usegmt=True)
        assert failures.retry_after_seconds(later) == pytest.approx(90, abs=2)
