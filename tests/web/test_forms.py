import json

import pytest
from flask import Flask

from service.web import forms


def read(raw: bytes):
    with Flask("test").test_request_context(
        method="POST", data=raw, content_type="application/json"
    ):
        return forms.read_json()


class TestReadJson:
    def test_reads_an_object(self):
        assert read(b'{"choice": "left", "n": [1, 2.5, null, true]}') == {
            "choice": "left",
            "n": [1, 2.5, None, True],
        }

    @pytest.mark.parametrize(
        "raw",
        [
            b"",
            b"[]",
            b'"text"',
            b"{",
            b'{"a": NaN}',
            b'{"a": -Infinity}',
            b'{"a": 1e999}',
            b'{"a": 9223372036854775808}',
            b'{"a": ' + b"9" * 5000 + b"}",
            b'{"a": 1, "a": 2}',
            b'{"a": {"b": 1, "b": 2}}',
            b"\xff\xfe",
            b'{"a": ' + b"[" * 100_000,
            b'{"a": ' + b"[" * 33 + b"]" * 33 + b"}",
        ],
    )
    def test_refuses_what_fails_later(self, raw):
        with pytest.raises(forms.BodyMalformed):
            read(raw)

    @pytest.mark.parametrize("text", ["a\0b", "\ud800", "x\udfff"])
    def test_refuses_texts_that_no_database_stores(self, text):
        with pytest.raises(forms.TextNotStorable):
            read(json.dumps({"a": [{"b": text}]}).encode())

    def test_refuses_such_a_name(self):
        with pytest.raises(forms.TextNotStorable):
            read(rb'{"\u0000": 1}')

    def test_brackets_in_strings_are_no_nesting(self):
        assert read(json.dumps({"a": "[" * 100 + '\\"{'}).encode())["a"].startswith("[")

    def test_takes_nesting_up_to_the_bound(self):
        depth = forms.MAX_DEPTH - 1
        assert read(b'{"a": ' + b"[" * depth + b"]" * depth + b"}")


class TestWhole:
    @pytest.mark.parametrize(
        ("text", "number"),
        [("0", 0), ("007", 7), ("999999999", 999999999), ("1234567890", None), ("", None)]
        + [(text, None) for text in ("-1", "+1", "1.0", " 1", "1_0", "\u0663", "\u00b2", "one")],
    )
    def test_takes_plain_digits_that_fit_a_row(self, text, number):
        assert forms.whole(text) == number
