"""Names that tie a side to a completion or configuration occur only in the audited room."""

import ast
import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
FORBIDDEN = re.compile(
    r"(^|_)(left|right)_(completion|configuration)|(completion|configuration)_(left|right)"
)
ALLOWED = {"service/blinding"}
# Which text stands left is one column, `Assignment.sides`. Three files say what it means: the
# model that names the column, the room's own, and (through its functions alone) the fold.
SIDE_COLUMN = re.compile(r"^(first|one|left)_is_(left|first)$")
KNOW_SIDES = {"service/store/models/voting.py", "service/blinding/sides.py"}
READ_SIDES = re.compile(r"^(unblind|first_and_second|left_and_right)$")
MAY_READ_SIDES = {
    "service/blinding/sides.py",
    "service/blinding/payload.py",
    "service/usecases/sighted/results/fold.py",
}
# These carry sides from the table to who may read them, and could not tell what they mean.
CARRY_SIDES = {
    "service/store/assignments.py",
    "service/store/gold.py",
    "service/store/grades.py",
    "service/store/norming_panels.py",
    "service/store/repeats.py",
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


def test_the_column_of_sides_is_known_to_the_model_and_the_room_alone():
    users = {file for file in users_of(SIDE_COLUMN) if "/migrations/" not in file}

    assert users == KNOW_SIDES


def test_sides_are_read_by_the_room_and_the_fold_alone():
    assert set(users_of(READ_SIDES)) == MAY_READ_SIDES


def test_few_queries_carry_sides():
    carriers = {
        file
        for file in users_of(re.compile("^sides$"))
        if file.startswith("service/store/") and "/migrations/" not in file
    }

    assert carriers - KNOW_SIDES == CARRY_SIDES
