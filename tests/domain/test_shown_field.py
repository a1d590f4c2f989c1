import contextlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.domain.shown_field import FieldMissing, shown


class TestShown:
    @pytest.mark.parametrize(
        ("text", "path", "told"),
        [
            ('{"answer": "Yes.", "confidence": 0.9}', "answer", "Yes."),
            ('{"result": {"text": "Deep"}}', "result.text", "Deep"),
            ('{"parts": [{"text": "First"}, {"text": "Second"}]}', "parts.1.text", "Second"),
            ('```json\n{"answer": "Fenced"}\n```', "answer", "Fenced"),
            ('{"answer": 0.5}', "answer", "0.5"),
            ('{"answer": true}', "answer", "true"),
            ('{"antwort": "Ja"}', "antwort", "Ja"),
        ],
    )
    def test_returns_the_text_under_the_path(self, text, path, told):
        assert shown(text, path) == told

    @pytest.mark.parametrize(
        ("text", "path", "said"),
        [
            ("Yes.", "answer", "no JSON"),
            ('{"answer": "Yes', "answer", "no JSON"),
            ('{"reply": "Yes.", "sure": 1}', "answer", "JSON holds: reply, sure"),
            ('{"result": {"a": 1}}', "result.text", "result holds: a"),
            ('{"answer": null}', "answer", "holds null"),
            ('{"answer": {"text": "x"}}', "answer", "below it"),
            ('{"parts": ["one"]}', "parts.1", "no field parts.1"),
            ("[" * 100_000, "answer", "no JSON"),
            ("9" * 10_000, "answer", "no JSON"),
            ('"text"', "answer", "no field"),
        ],
    )
    def test_says_what_is_missing(self, text, path, said):
        with pytest.raises(FieldMissing, match=said):
            shown(text, path)

    @given(st.text(max_size=200), st.text(min_size=1, max_size=20))
    def test_never_fails_in_another_way(self, text, path):
        with contextlib.suppress(FieldMissing):
            assert isinstance(shown(text, path), str)
        step = path.replace(".", "_")
        assert shown(json.dumps({step: text}), step) == text
