"""The recipes of CONTRIBUTING.md name files that are there."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
# `shape.asked` and the like are functions of a module, `evenhand …` is a command.
KINDS = ("py", "css", "js", "mjs", "json", "jsonl", "html", "md", "po", "example", "in", "cfg")
FILE = re.compile(rf"`([\w./-]+\.(?:{'|'.join(KINDS)}))`")
FOLDER = re.compile(r"`([\w-]+(?:/[\w-]+)*/)`")
TREES = ("service", "workers", "tests", "docs", "deploy", "requirements")


def tree() -> tuple[str, ...]:
    """Every file of the project and its folders, folders with a closing stroke."""
    found = [path for top in TREES for path in (ROOT / top).rglob("*")]
    found += [path for path in ROOT.iterdir() if path.is_file()]
    return tuple(f"/{path.relative_to(ROOT)}{'/' * path.is_dir()}" for path in found)


@pytest.fixture(scope="module")
def named():
    told = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    names = {*FILE.findall(told), *FOLDER.findall(told)}
    return {name for name in names if "/x/" not in name}  # stands for any


class TestRecipes:
    def test_name_files_and_folders_that_are_there(self, named):
        there = tree()
        gone = {name for name in named if not any(one.endswith(f"/{name}") for one in there)}
        assert len(named) > 50
        assert gone == set()
