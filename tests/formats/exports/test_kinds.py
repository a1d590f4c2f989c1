import csv
import io
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.formats.exports import kinds
from tests.formats.exports.rows import rows


class TestLines:
    @pytest.mark.parametrize("sign", ["=", "+", "-", "@", "\t", "\r"])
    def test_of_spreadsheets_hold_no_formula(self, sign):
        form = kinds.by_name("csv")
        (row,) = rows(form.rows, first=f"{sign}HYPERLINK(1)")
        (read,) = csv.reader(io.StringIO(form.line(row).decode(), newline=""))
        assert read[1] == f"'{sign}HYPERLINK(1)"

    @given(st.text(alphabet=st.characters(exclude_categories=["Cs"])))
    def test_of_json_keep_any_text_on_one_line(self, text):
        line = kinds.as_json({"text": text})
        assert line.decode("ascii").splitlines() == [line.decode()[:-1]]
        assert json.loads(line) == {"text": text}


class TestByName:
    def test_says_which_there_are(self):
        with pytest.raises(kinds.UnknownFormat, match="trl-dpo"):
            kinds.by_name("openai")
