import json

import pytest

from workers import endings


def told(**content) -> endings.Told:
    return endings.told(json.dumps(content).encode())


class TestTold:
    @pytest.mark.parametrize(
        ("content", "reason"),
        [
            ({"choices": [{"finish_reason": "stop"}]}, "stop"),
            ({"stop_reason": "max_tokens"}, "max_tokens"),
            ({"candidates": [{"finishReason": "SAFETY"}]}, "SAFETY"),
            ({"done_reason": "length"}, "length"),
            ({"stopReason": "end_turn"}, "end_turn"),
            ({"object": "response", "status": "completed"}, "completed"),
            (
                {"object": "response", "incomplete_details": {"reason": "max_output_tokens"}},
                "max_output_tokens",
            ),
            ({"choices": [{"finish_reason": None}]}, ""),
            ({"choices": []}, ""),
        ],
    )
    def test_reads_how_an_answer_ended(self, content, reason):
        assert told(**content) == endings.Told(reason=reason)

    @pytest.mark.parametrize(
        ("content", "error", "status"),
        [
            ({"error": {"message": "Slow down", "code": 429}}, "Slow down (429)", 429),
            ({"error": "Out of luck"}, "Out of luck", None),
            ({"choices": [{"error": {"message": "Gone", "code": "502"}}]}, "Gone (502)", 502),
            ({"base_resp": {"status_code": 1002, "status_msg": "limit"}}, "limit (1002)", None),
            ({"success": False, "errors": [{"code": 7, "message": "No"}]}, "No (7)", None),
            ({"object": "error", "message": "Bad", "code": 400}, "Bad (400)", 400),
            ({"error_code": 18, "error_msg": "qps limit"}, "qps limit (18)", None),
        ],
    )
    def test_reads_an_error_in_any_shape(self, content, error, status):
        found = told(**content)
        assert (found.error, found.status) == (error, status)

    @pytest.mark.parametrize(
        "content",
        [
            {"error": None},
            {"error": {}},
            {"error": {"message": "", "code": None}},
            {"base_resp": {"status_code": 0, "status_msg": "success"}},
            {"success": True, "errors": []},
        ],
    )
    def test_an_empty_error_is_none(self, content):
        assert told(**content).error == ""

    @pytest.mark.parametrize("body", [b"", b"[1]", b"<html>", b"[" * 100_000, b"\xff"])
    def test_nothing_is_told_by_what_is_no_answer(self, body):
        assert endings.told(body) == endings.Told()


class TestOurs:
    @pytest.mark.parametrize(
        ("reason", "library", "said"),
        [
            ("stop", "stop", "stop"),
            ("end_turn", "stop", "stop"),
            ("COMPLETE", "stop", "stop"),
            ("model_context_window_exceeded", "stop", "length"),
            ("MAX_TOKENS", "length", "length"),
            ("SAFETY", "content_filter", "content_filter"),
            ("tool_calls", "tool_calls", "other: tool_calls"),
            ("paused", "stop", "other: paused"),
            ("x" * 500, "stop", "other: " + "x" * 60),
        ],
    )
    def test_only_known_good_endings_are_good(self, reason, library, said):
        assert endings.ours(reason, library) == said
