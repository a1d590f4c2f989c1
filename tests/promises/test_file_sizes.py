"""Files stay short enough to be read: 400 lines, tests 500."""

from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ROOMS = {"service": 400, "workers": 400, "tests": 500}


@pytest.mark.parametrize("room", ROOMS)
def test_no_file_is_over_the_ceiling(room):
    long = {
        str(path.relative_to(ROOT)): lines
        for path in (ROOT / room).rglob("*.py")
        if (lines := len(path.read_text(encoding="utf-8").splitlines())) > ROOMS[room]
    }

    assert long == {}
