"""Every command has help and `--json`, whose shape is what docs/commands.md says."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import click
import pytest
from click.testing import CliRunner
from sqlalchemy import select

from service import cli, slow_work
from service.cli import answers
from service.cli.context import Outlet
from service.database import now
from service.store import models
from service.usecases.sighted.results import compute
from tests import factories
from tests.promises.sealed import leaves

DOCUMENT = Path(__file__).parents[2] / "docs" / "commands.md"
# Their answers need another program: a server, a worker, or a service elsewhere.
ELSEWHERE = {"run", "sweep", "publish mlflow", "publish delta", "publish hub", "traces"}
EVERY = list(leaves(cli.cli))
STUDY = """
title: Two voices
cap: {calls: 100, tokens: 100000}
configurations: [{name: A, model: offline/lead}, {name: B, model: offline/echo}]
prompts: ["Why is the sky blue?", "What is rain?"]
"""
# What is typed, one after another, to see each answer.
JOURNEY = (
    "migrate", "sign-in", "study schema", "study apply study.yaml", "study estimate two-voices",
    "study file two-voices", "study duplicate two-voices Another", "study list",
    "try two-voices --last", "study open two-voices", "study pause two-voices",
    "study resume two-voices", "study retry two-voices", "study give-up two-voices",
    "import two-voices more.csv", "study status two-voices", "invite two-voices --label Ada",
    "flags two-voices", "submissions two-voices", "study preregistration two-voices",
    "prompts import basics more.csv",
    "prompts draft more.csv --into drafts --keep",
    "prompts propose --into bikes --model openai/gpt-5-mini --task Bicycles",
    "prompts send DRAFT --usd 1", "prompts drafts", "prompts review DRAFT",
    "prompts list", "prompts show basics", "prompts export basics", "leaderboard rated",
    "judge create rated tone --criterion Kindness --model offline/lead --usd 1",
    "judge create rated brief --criterion Brevity --model offline/lead --usd 1", "judge list rated",
    "judge edit rated tone --rubric Praise.", "judge edit rated tone --usd 2",
    "judge grade rated tone", "judge choose rated tone --number 1", "judge audit rated tone",
    "judge audit rated tone --draw 2", "judge run rated tone --matchups 2",
    "judge pause rated tone", "judge resume rated tone", "judge show rated tone",
    "judge gaps rated tone", "judge report rated tone", "judge export rated tone --what audit",
    "study doctor rated", "study norming rated",
    "leaderboard rated --since 1", "leaderboard rated --check", "leaderboard rated --verify",
    "decide rated --none --by Ada --because x", "report rated --out report.html",
    "share rated --days 3", "share rated", "share rated --revoke 1",
    "export rated --format csv --out out", "exclude rated RATER --because x",
    "token create notebook", "token list", "token revoke HANDLE", "check-invariants",
    "study pack two-voices --to packed.zip", "study unpack packed.zip", "study close two-voices",
    "study delete another --confirm another", "study unseal sealed --because x",
    "study adopt promptfoo.yaml",
    "webhook add rated https://hooks.example/x", "webhook list rated",
    "webhook revoke rated WEBHOOK", "completion bash", "backup all.zip", "restore all.zip",
)  # fmt: skip


def documented() -> dict[str, list[str]]:
    """The shapes of the document's table by command, several where options change them."""
    shapes = {}
    for line in DOCUMENT.read_text().splitlines():
        if line.startswith("| `evenhand"):
            commands, answer = line.strip("| ").split(" | ")
            for command in re.findall(r"`evenhand ([^`]+)`", commands):
                shapes[command] = re.findall(r"`([^`]+)`", answer)
    return shapes


def shape(answer: object) -> str:
    if isinstance(answer, list):
        return f"[{shape(answer[0])}]" if answer else "[]"
    if isinstance(answer, dict):
        return "{" + ", ".join(answer) + "}"
    return "null"


def command_of(path: tuple[str, ...]) -> click.Command:
    at: click.Command = cli.cli
    for word in path:
        assert isinstance(at, click.Group)
        found = at.get_command(click.Context(at), word)
        assert found is not None
        at = found
    return at


class TestEveryCommand:
    @pytest.mark.parametrize("path", EVERY, ids=" ".join)
    def test_has_help_and_json(self, path):
        command = command_of(path)
        assert command.help.partition("\n\n")[0].rstrip().endswith(".")
        assert isinstance(command, answers.Command)
        assert [each for each in command.params if each.opts == ["--json"]]

    def test_has_its_shape_in_the_document(self):
        assert {" ".join(path) for path in EVERY} == set(documented())


@pytest.fixture(scope="module")
def said(tmp_path_factory, sqlite_file):
    """What the journey was answered, by what was typed."""
    place = tmp_path_factory.mktemp("typed")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(place)
        for name in ("XDG_STATE_HOME", "DATA_DIR"):
            patch.setenv(name, str(place / name.lower()))
        patch.delenv("DATABASE_URL", raising=False)
        patch.setenv("REDIS_URL", "redis://127.0.0.1:9/0")
        (place / "data_dir").mkdir()
        (place / "data_dir" / "evenhand.sqlite3").write_bytes(Path(sqlite_file).read_bytes())
        (place / "study.yaml").write_text(STUDY)
        (place / "more.csv").write_text("prompt\nWhat is snow?\n")
        (place / "promptfoo.yaml").write_text(
            "prompts: ['{{q}}']\nproviders: [openai:gpt-5, openai:gpt-5-mini]\n"
            "tests: [{vars: {q: Why}}]\n"
        )
        told = planted()
        yield dict(typed(line, told) for line in JOURNEY)


def planted() -> dict[str, str]:
    """A study with votes and a leaderboard, and one that is sealed, in this environment."""
    outlet = Outlet()
    with outlet.database.transaction() as session:
        made = factories.make_study(session, "rated", prompts=6)
        factories.make_study(session, "sealed", is_sealed=True)
    factories.cast_all(outlet.database, made)
    slow_work.fold_all(outlet.database, made.id)
    with outlet.database.transaction() as session:
        session.get_one(models.Study, made.id).incumbent = "Plain"
        basis = compute.load(session, made.id, now(session))
        compute.save(session, basis, compute.compute(basis), now(session))
        rater = session.scalars(select(models.Rater.pseudonym)).first()
    outlet.close()
    return {"RATER": str(rater)}


def typed(line: str, told: dict[str, str]) -> tuple[str, object]:
    if line.startswith("restore"):
        os.environ["DATA_DIR"] += "-restored"
    words = [told.get(word, word) for word in line.split()]
    outlet = Outlet()
    result = CliRunner().invoke(cli.cli, [*words, "--json"], obj=outlet)
    outlet.close()
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise AssertionError(line) from result.exception
    assert result.exit_code in {0, 2}, (line, result.output)
    answer = json.loads(result.stdout)
    if line.startswith("token create"):
        told["HANDLE"] = answer["handle"]
    if line.startswith("prompts propose"):
        told["DRAFT"] = answer["draft"]
    if line.startswith("webhook add"):
        told["WEBHOOK"] = answer["handle"]
    return line, answer


class TestAnswers:
    def test_are_what_the_document_says(self, said):
        shapes, wrong = documented(), {}
        for line, answer in said.items():
            (known,) = (name for name in shapes if f"{line} ".startswith(f"{name} "))
            if shape(answer) not in shapes[known]:
                wrong[line] = shape(answer)
        assert wrong == {}

    def test_of_every_command_were_seen(self, said):
        seen = {name for name in documented() for line in said if f"{line} ".startswith(f"{name} ")}
        assert {" ".join(path) for path in EVERY} - seen == ELSEWHERE


class TestErrors:
    @pytest.mark.parametrize(
        ("words", "code", "why"),
        [
            (("study", "status", "nowhere"), 3, "nowhere"),
            (("study", "apply", "none.yaml"), 4, "none.yaml"),
            (("study", "frobnicate"), 4, "frobnicate"),
            (("import", "nowhere"), 4, "FILE"),
            (("leaderboard", "nowhere", "--check"), 3, "nowhere"),
        ],
    )
    def test_are_json_with_the_code_they_end_with(self, tmp_path, sqlite_file, words, code, why):
        shutil.copyfile(sqlite_file, tmp_path / "evenhand.sqlite3")
        done = subprocess.run(
            [sys.executable, "-c", "from service import cli; cli.main()", *words, "--json"],
            env={"PATH": os.environ["PATH"], "DATA_DIR": str(tmp_path), "HOME": str(tmp_path)},
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )
        assert (done.returncode, done.stdout) == (code, "")
        told = json.loads(done.stderr[done.stderr.index("{") :])["error"]
        assert told["exit_code"] == code
        assert why in told["message"]
