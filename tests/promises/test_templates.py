"""Templates can be read: short lines, choices on lines of their own, sentences made in Python."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TEMPLATES = sorted((ROOT / "service/web").rglob("*.html"))
LONGEST = 120
OTHERWISE = re.compile(r"\{%-?\s*(else|elif)\b")
ALONE = re.compile(r"\s*\{%-?\s*(else|elif)\b[^%]*%\}\s*")


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
class TestTemplate:
    def test_has_no_long_line(self, path):
        lines = enumerate(path.read_text("utf-8").splitlines(), start=1)
        assert [(number, len(line)) for number, line in lines if len(line) > LONGEST] == []

    def test_chooses_on_lines_of_their_own(self, path):
        lines = enumerate(path.read_text("utf-8").splitlines(), start=1)
        assert [
            (number, line)
            for number, line in lines
            if OTHERWISE.search(line) and not ALONE.fullmatch(line)
        ] == []
