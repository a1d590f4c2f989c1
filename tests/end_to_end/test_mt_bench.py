"""Eighty two-turn prompts through a real worker, queue and model server, on both databases."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from service.cli import cli
from service.database import Database, now
from service.usecases.sighted.studies import invariants, overviews
from tests.end_to_end.house import wait_for
from tests.fakes import programs

WHOLE = Path(__file__).parents[3] / "shared" / "data" / "mt_bench" / "question.jsonl"
EXCERPT = Path(__file__).parents[1] / "formats" / "excerpts" / "mt_bench-question.jsonl"
STUDY = """
title: Two turns
name: two-turns
configurations:
  - {name: Plain, model: openai/plain, endpoint: fake, parameters: {max_tokens: 64}}
  - name: Careful
    model: openai/careful
    endpoint: fake
    system_prompt: Think twice.
    template: "Answer with care: {{ prompt }}"
    parameters: {max_tokens: 64}
prompts: {file: questions.jsonl}
cap: {calls: 400, tokens: 20000000}
"""


@pytest.fixture
def questions():
    return WHOLE if WHOLE.exists() else EXCERPT


def test_generates_conversations_turn_by_turn(address, tmp_path, questions):
    folder = tmp_path / "data"
    folder.mkdir()
    (tmp_path / "questions.jsonl").write_bytes(questions.read_bytes())
    (tmp_path / "study.yaml").write_text(STUDY)
    wanted = len(questions.read_text().splitlines())
    with programs.queue_program(folder) as queue, programs.model_program() as server:
        (tmp_path / "endpoints.yaml").write_text(f"fake:\n  api_base: {server.api_base}\n")
        environment = {
            "DATABASE_URL": address,
            "DATA_DIR": str(folder),
            "REDIS_URL": queue.address,
            "ENDPOINTS_FILE": str(tmp_path / "endpoints.yaml"),
        }
        worker = subprocess.Popen(
            [sys.executable, "-m", "workers.generation"],
            env={"PATH": os.environ["PATH"], **environment},
        )
        database = Database(address)
        try:
            done = CliRunner().invoke(
                cli, ["study", "apply", "--open", str(tmp_path / "study.yaml")], env=environment
            )
            assert done.exception is None, done.output

            def settled():
                with database.reading() as session:
                    return overviews.study(session, "two-turns").completions_ready == 2 * wanted

            wait_for(settled, 90)
            with database.reading() as session:
                view = overviews.study(session, "two-turns")
                checks = invariants.check(session, now(session))
            bodies = server.seen()
        finally:
            worker.terminate()
            worker.wait(20)
            database.engine.dispose()

    assert view.prompts_dealable == wanted
    assert view.budget.spent_calls == 2 * wanted * 2
    assert view.failures == ()
    assert [line for check in checks for line in check.broken] == []
    assert json.dumps(bodies).count("careful")
