"""The test of `service/x/y.py` is `tests/x/test_y.py`: whoever changes one finds the other.

What is too much for one file goes on in `tests/x/test_y_….py`. Two lists say what does not hold
yet. They shrink: an entry that is no longer needed fails.
"""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
# Rooms whose modules are tested by those who use them, on real databases, rather than one by one.
TESTED_BY_USERS = {
    "service/client": "written from the API's document, by tests/client/test_client.py",
    "service/store": "queries, by the use cases that ask them",
    "service/formats/shapes": "one small file for each tool, by files of them: test_known.py",
    "service/blinding/leaks/languages": "words of a language, by the leaks that they find",
}
# Tests of more than one module.
OF_SEVERAL = {
    "tests/reporting/test_acceptance.py": "what a card must never say, from votes to sentences",
    "tests/stats/test_edge_cases.py": "the whole way from votes to ranks, on data at its limits",
    "tests/stats/test_laws.py": "laws that hold between modules",
    "tests/usecases/blind/test_at_once.py": "acts that come at the same moment, on both databases",
    "tests/usecases/blind/test_bounds.py": "what one matchup, sitting, link or address may take",
    "tests/usecases/blind/test_integrity.py": "raters and lapses at once: no vote is lost",
    "tests/usecases/blind/test_machine.py": "any order of whatever raters may do",
    "tests/usecases/blind/test_machine_of_marks.py": "the same with criteria and grades",
    "tests/web/rater/static/test_modules.py": "the modules of the page, which node tests",
    "tests/web/researcher/test_languages.py": "the language of all sighted pages",
    "tests/web/researcher/test_retirements.py": "every page that names a model",
}
# Who tests them meanwhile.
WITHOUT_A_TEST = {
    "service/supervisor/children.py": "tests/supervisor/test_supervisor.py",
    "service/supervisor/ground.py": "tests/supervisor/test_supervisor.py",
    "service/supervisor/output.py": "tests/supervisor/test_supervisor.py",
    "service/lineage/delta.py": "tests/lineage/published_delta.py, in `make test-lineage`",
    "service/lineage/hub.py": "tests/lineage/published_hub.py, in `make test-lineage`",
    "service/lineage/libraries.py": "tests/lineage, in `make test-lineage`",
    "service/lineage/tracking.py": "tests/lineage/published_mlflow.py, in `make test-lineage`",
    "service/cli/judge_pools.py": "tests/promises/test_commands.py",
    "service/cli/judges.py": "tests/promises/test_commands.py",
    "service/usecases/sighted/judges/finding.py": "tests/usecases/sighted/judges/test_making.py",
    "service/cli/publishing.py": "tests/lineage, in `make test-lineage`",
    "service/supervisor/welcome.py": "tests/supervisor/test_supervisor.py",
    "service/usecases/blind/showing.py": "whatever is dealt",
    "service/web/rater/answers.py": "every rater page",
    "service/web/rater/blueprint.py": "every rater page",
    "service/web/researcher/presenter.py": "the sighted pages",
    "service/web/researcher/problems.py": "the sighted pages",
    "service/reporting/tables.py": "the sighted pages",
    "service/reporting/trust_words.py": "tests/reporting/test_trust.py",
    "service/usecases/sighted/results/beyond.py": "all tests of what it adds",
    "service/web/services.py": "every page",
    "service/wsgi.py": "tests/end_to_end/test_first_run.py",
    "workers/logs.py": "tests/supervisor/test_supervisor.py, which starts every program",
    "workers/program.py": "tests/supervisor/test_supervisor.py, which starts every program",
    "workers/queue_worker.py": "tests/supervisor/test_supervisor.py, which starts every program",
    "workers/files.py": "tests/supervisor/test_supervisor.py, which starts every program",
    "workers/recorder.py": "tests/workers/test_shift.py",
    "workers/transport.py": "tests/workers/test_llm.py",
}


def find_modules() -> dict[str, Path]:
    """Give the modules that decide something, with the test that each should have."""
    found = {}
    for room in ("service", "workers"):
        for path in sorted((ROOT / room).rglob("*.py")):
            name = path.relative_to(ROOT)
            is_whole_room = path.name in {"__init__.py", "__main__.py"}
            if not is_whole_room and _decides(path) and not _is_tested_by_users(name):
                found[str(name)] = find_test(name)
    return found


def find_test(module: Path) -> Path:
    inside = module.parts[1:] if module.parts[0] == "service" else module.parts
    return Path("tests", *inside[:-1], f"test_{inside[-1]}")


def find_mirrored() -> dict[str, tuple[Path, ...]]:
    """Give the tests that stand where a room is mirrored, with what each may be the test of."""
    rooms = {path.name for path in (ROOT / "service").iterdir() if path.is_dir()}
    found = {}
    for path in sorted((ROOT / "tests").rglob("test_*.py")):
        inside = path.relative_to(ROOT / "tests").parts
        if len(inside) == 1 or inside[0] in rooms or inside[0] == "workers":
            folder = Path(*(() if inside[0] == "workers" else ("service",)), *inside[:-1])
            subject = inside[-1].removeprefix("test_").removesuffix(".py")
            words = subject.split("_")
            names = ["_".join(words[:some]) for some in range(len(words), 0, -1)]
            subjects = [folder / end for name in names for end in (f"{name}.py", name)]
            whole = [folder] if folder.name == subject else []
            found[str(path.relative_to(ROOT))] = (*subjects, *whole)
    return found


def _decides(path: Path) -> bool:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return any(isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) for node in ast.walk(tree))


def _is_tested_by_users(name: Path) -> bool:
    return any(name.is_relative_to(room) for room in TESTED_BY_USERS)


MODULES = find_modules()
MIRRORED = find_mirrored()


class TestMirror:
    def test_finds_the_house(self):
        assert MODULES["service/domain/vote.py"] == Path("tests/domain/test_vote.py")
        assert MODULES["workers/llm.py"] == Path("tests/workers/test_llm.py")
        assert len(MODULES) > 100
        assert len(MIRRORED) > 100

    def test_every_module_that_decides_something_has_its_test(self):
        missing = {name for name, test in MODULES.items() if not (ROOT / test).exists()}
        assert missing - set(WITHOUT_A_TEST) == set()

    def test_every_test_has_its_module(self):
        alone = {
            test
            for test, subjects in MIRRORED.items()
            if not any((ROOT / subject).exists() for subject in subjects)
        }
        assert alone - set(OF_SEVERAL) == set()

    @pytest.mark.parametrize("module", WITHOUT_A_TEST)
    def test_the_list_of_modules_without_a_test_shrinks(self, module):
        assert module in MODULES, "take it off the list"
        assert not (ROOT / MODULES[module]).exists(), "take it off the list"

    @pytest.mark.parametrize("test", OF_SEVERAL)
    def test_the_list_of_tests_of_several_modules_shrinks(self, test):
        assert test in MIRRORED, "take it off the list"
        subjects = MIRRORED[test]
        assert not any((ROOT / subject).exists() for subject in subjects), "take it off the list"

    @pytest.mark.parametrize("room", TESTED_BY_USERS)
    def test_rooms_tested_by_their_users_exist(self, room):
        assert (ROOT / room).is_dir()

    @pytest.mark.parametrize("module", WITHOUT_A_TEST)
    def test_who_tests_it_meanwhile_exists(self, module):
        for word in WITHOUT_A_TEST[module].split(", "):
            if word.endswith(".py"):
                assert (ROOT / word).exists()
