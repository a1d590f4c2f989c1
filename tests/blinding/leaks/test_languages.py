"""A language is one file; the engine joins whatever stands in `languages/`."""

import re
import shutil
import subprocess
import sys
from dataclasses import fields
from pathlib import Path

import pytest

from service.blinding.leaks import languages
from service.blinding.leaks.language import NAME, Language

ROOT = Path(__file__).parents[3]
FOLDER = "service/blinding/leaks/languages"
WELSH = '''
"""Welsh."""

from service.blinding.leaks.language import Language

LANGUAGE = Language(
    own=(r"\\bfy\\s+enw\\s+i\\s+yw\\s+<NAME>",),
    appeals=(r"\\bpleidleisiwch\\s+dros\\s+yr\\s+ateb\\s+hwn\\b",),
    somebody_else=r"\\bcerdd\\b",
    names=("clôd",),
)
'''
KNOWN_AT_ONCE = """
from service.blinding import leaks
assert [leak.kind for leak in leaks.find("Fy enw i yw Clôd.", ())] == ["self"]
assert not leaks.find("Fy enw i yw Clôd.", (), "", "Ysgrifenna gerdd: cerdd am Clôd")
assert [leak.kind for leak in leaks.find("Pleidleisiwch dros yr ateb hwn!", ())] == ["rater"]
"""


class TestLanguages:
    def test_are_the_files_that_stand_there(self):
        files = {path.stem for path in (ROOT / FOLDER).glob("*.py")} - {"__init__"}
        assert set(languages.KNOWN) == files

    @pytest.mark.parametrize("code", languages.KNOWN)
    def test_hold_patterns_in_lower_case_that_compile(self, code):
        language = languages.KNOWN[code]
        for field in fields(Language):
            told = getattr(language, field.name)
            for one in told if isinstance(told, tuple) else [told]:
                re.compile(one.replace(NAME, "x"))
        assert language.own
        assert all(NAME in phrase for phrase in language.own)
        assert all(name == name.lower() for name in language.names)
        assert set(language.people) <= set(language.names)

    def test_are_joined_when_another_is_put_there(self, tmp_path):
        shutil.copytree(
            ROOT / "service", tmp_path / "service", ignore=shutil.ignore_patterns("__pycache__")
        )
        (tmp_path / FOLDER / "cy.py").write_text(WELSH.lstrip(), "utf-8")
        ended = subprocess.run(
            [sys.executable, "-c", KNOWN_AT_ONCE],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
        )
        assert ended.returncode == 0, ended.stderr
