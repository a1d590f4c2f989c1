"""The staircase of imports holds, nobody makes exceptions, and it catches what it should."""

import ast
import configparser
import re
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


def told_by_contract(said: str) -> dict[str, str]:
    """What the linter says of each contract that is broken, by the contract's name."""
    _, _, report = said.partition("\nBroken contracts\n")
    parts = re.split(r"\n([^\n]+)\n-{8,}\n", report)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def step_of(file: str, line: str) -> str:
    """How the linter writes the import that this line makes."""
    module = file.removesuffix(".py").replace("/", ".")
    return f"{module} -> {line.removeprefix('import ')} ("


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
        """All are planted at once, since reading the house takes longest: each is named."""
        for file, line, _ in PLANTED:
            path = house / file
            path.write_text(f"{path.read_text()}\n{line}\n")
        told = told_by_contract(lint(house).stdout)
        missed = [
            (file, line, contract)
            for file, line, contract in PLANTED
            if not any(
                contract in name and step_of(file, line) in steps for name, steps in told.items()
            )
        ]

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
