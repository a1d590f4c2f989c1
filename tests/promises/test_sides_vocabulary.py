"""Names that tie a side to a completion or configuration occur only in the audited room."""

import ast
import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
FORBIDDEN = re.compile(
    r"(^|_)(left|right)_(completion|configuration)|(completion|configuration)_(left|right)"
)
ALLOWED = {"service/blinding", "service/store/assignments.py", "service/store/models/voting.py"}
# Which configuration stands left is one column; only these files may read it.
SIDE_COLUMN = re.compile(r"^first_is_left$")
MAY_READ_SIDES = {
    "service/blinding/sides.py",
    "service/store/models/voting.py",
    "service/store/assignments.py",
    "service/store/gold.py",
    "service/store/grades.py",
    "service/store/histories.py",
    "service/store/leaderboards.py",
    "service/store/repeats.py",
    "service/store/migrations/versions/0002_voting.py",
    "service/store/migrations/versions/0010_histories.py",
    "service/usecases/blind/assignments.py",
    "service/usecases/sighted/results/fold.py",
    "service/usecases/sighted/studies/vote_imports.py",
}


def names(path: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Name):
            found.add(node.id)
        elif isinstance(node, ast.Attribute):
            found.add(node.attr)
        elif isinstance(node, ast.arg | ast.keyword) and node.arg:
            found.add(node.arg)
        elif isinstance(node, ast.FunctionDef | ast.ClassDef):
            found.add(node.name)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            found.add(node.value)
    return found


def users_of(pattern: re.Pattern[str]) -> dict[str, list[str]]:
    found = {}
    for room in ("service", "workers"):
        for path in (ROOT / room).rglob("*.py"):
            hits = sorted(name for name in names(path) if pattern.search(name))
            if hits:
                found[str(path.relative_to(ROOT))] = hits
    return found


def test_sides_are_named_in_the_audited_room_alone():
    outside = {
        file: hits
        for file, hits in users_of(FORBIDDEN).items()
        if not any(file.startswith(place) for place in ALLOWED)
    }

    assert outside == {}


def test_the_column_of_sides_is_read_where_it_must_be():
    assert set(users_of(SIDE_COLUMN)) - MAY_READ_SIDES == set()
