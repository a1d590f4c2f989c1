"""The staircase of imports holds, nobody makes exceptions, and it catches what it should."""

import ast
import configparser
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LLM_MODULES = {"llm", "offline"}

PLANTED = [
    ("service/web/rater/sitting.py", "import service.store.models", "Queries are reached"),
    (
        "service/web/rater/sitting.py",
        "import service.usecases.sighted.studies.opening",
        "Rater pages reach",
    ),
    ("service/web/rater/sitting.py", "import service.domain.configuration", "Rater pages reach"),
    ("service/usecases/blind/voting.py", "import service.blinding.sides", "Only dealing draws"),
    (
        "service/usecases/blind/voting.py",
        "import service.usecases.sighted.studies.opening",
        "Blind use cases",
    ),
    (
        "service/usecases/sighted/studies/exports.py",
        "import service.blinding.payload",
        "blind payload",
    ),
    ("service/usecases/sighted/studies/opening.py", "import service.jobs", "point down"),
    ("service/usecases/sighted/studies/opening.py", "import litellm", "import litellm"),
    ("service/usecases/sighted/results/read.py", "import service.stats", "neither litellm"),
    ("service/usecases/sighted/studies/opening.py", "import flask", "Only web knows Flask"),
    ("service/stats/fitting.py", "import service.store", "stats is a library"),
    ("service/domain/vote.py", "import sqlalchemy", "domain and blinding"),
    ("service/blinding/sides.py", "import flask", "domain and blinding"),
    ("service/web/researcher/studies.py", "import service.web.rater.sitting", "never import each"),
    ("service/web/researcher/studies.py", "import sqlalchemy", "not to the database"),
    ("service/settings.py", "import workers", "never imports the workers"),
    ("workers/sweeper.py", "import service.web.app", "Workers never touch"),
    ("workers/sweeper.py", "import litellm", "import litellm"),
    ("service/errors.py", "import service.settings", "point down"),
    ("service/client/problems.py", "import service.errors", "point down"),
    ("service/client/problems.py", "import flask", "nobody here needs it"),
]


def lint(folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(Path(sys.executable).parent / "lint-imports"), "--config", "setup.cfg", "--no-cache"],
        cwd=folder,
        check=False,
        capture_output=True,
        text=True,
        timeout=120,
        env={
            "PYTHONPATH": str(folder),
            "PATH": "/usr/bin:/bin",
            "PYTHONUTF8": "1",
            "COLUMNS": "200",
        },
    )


class TestContracts:
    def test_are_kept(self):
        done = lint(ROOT)

        assert done.returncode == 0, done.stdout

    def test_make_no_exceptions(self):
        assert "ignore_imports" not in (ROOT / "setup.cfg").read_text()

    def test_list_every_module_of_workers(self):
        parser = configparser.ConfigParser()
        parser.read(ROOT / "setup.cfg")
        named = parser["importlinter:contract:llm-stays-in-two-files"]["source_modules"].split()
        modules = {path.stem for path in (ROOT / "workers").glob("*.py")} - {"__init__"}

        assert {name.removeprefix("workers.") for name in named} - {"service"} == (
            modules - LLM_MODULES
        )


class TestPlantedViolations:
    @pytest.fixture
    def house(self, tmp_path):
        for room in ("service", "workers"):
            shutil.copytree(ROOT / room, tmp_path / room, ignore=shutil.ignore_patterns("static"))
        shutil.copy(ROOT / "setup.cfg", tmp_path / "setup.cfg")
        return tmp_path

    def test_are_caught_by_the_contract_meant_for_them(self, house):
        missed = []
        for file, line, contract in PLANTED:
            path = house / file
            clean = path.read_text()
            path.write_text(f"{clean}\n{line}\n")
            done = lint(house)
            path.write_text(clean)
            broken = [said for said in done.stdout.splitlines() if said.rstrip().endswith("BROKEN")]
            if not any(contract in said for said in broken):
                missed.append((file, line, broken))

        assert missed == []

    def test_catches_a_room_without_an_address(self, house):
        (house / "service" / "helpers.py").write_text('"""Odds and ends."""\n')

        assert "service.helpers" in lint(house).stdout


class TestNames:
    @pytest.mark.parametrize("room", ["service", "workers"])
    def test_our_own_modules_go_by_the_names_of_their_files(self, room):
        """A reader who sees `votes.cast` finds `votes.py`: nothing of ours is called otherwise."""
        renamed = [
            f"{path.relative_to(ROOT)}:{node.lineno}: {name.name} as {name.asname}"
            for path in sorted((ROOT / room).rglob("*.py"))
            for node in ast.walk(ast.parse(path.read_text("utf-8")))
            if isinstance(node, ast.Import | ast.ImportFrom)
            for name in node.names
            if name.asname and name.asname != name.name
            if is_ours(node, name)
        ]

        assert renamed == []


def is_ours(node: ast.Import | ast.ImportFrom, name: ast.alias) -> bool:
    found = name.name if isinstance(node, ast.Import) else node.module or ""
    return found.partition(".")[0] in {"service", "workers"}
