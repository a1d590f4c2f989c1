"""A real small model as a judge, from grades and votes to three boards: `make test-models`.

Nothing is promised of its quality: with 135 million parameters it has none. What is tried is the
path: real programs, real tokens, real nonsense.
"""

import os
import random
import subprocess
import sys
import time
from contextlib import ExitStack, contextmanager

import pytest

from service import jobs
from service.database import Database, now
from service.domain.budget import Cap
from service.domain.judge_question import Scale
from service.domain.judge_report import CORRECTED, JUDGE, PEOPLE
from service.reporting import judge_boards, judge_words
from service.reporting.words import ENGLISH
from service.store import models
from service.usecases.sighted.judges import asking, making, pools, progress, reports
from service.usecases.sighted.judges.pools import Source
from service.usecases.sighted.results import fold
from service.usecases.sighted.studies import invariants
from tests import databases, factories
from tests.fakes import programs
from tests.usecases.sighted.results import rated
from workers import judge_reports

MATCHUPS = 26
# One or two are divided, and 20 of each configuration's own are what a corrected board takes.
AUDIT = 23
ASKED = (
    "What is the capital of France?", "At what temperature does water boil?",
    "What is bread made of?", "What is the sun?", "How many days has a week?",
    "What do bees make?",
)  # fmt: skip
ANSWERED = (
    "The capital of France is Paris.", "At 100 degrees Celsius, at the level of the sea.",
    "Bread is made of flour, water, salt and yeast.", "The sun is a star.",
    "A week has seven days.", "Bees make honey, and wax for their combs.",
)  # fmt: skip
WORSE = "I do not know, and I cannot say anything about it. Ask somebody else, please."
MINUTES = 25


def text(who, number):
    number_of = number % len(ASKED)
    return f"{ANSWERED[number_of]} ({number})" if who == "Tuned" else f"{WORSE} ({number})"


def told_of(endpoint, scale, **more):
    return making.JudgeTold(
        "Helpfulness", "openai/smollm2", endpoint=endpoint, scale=scale,
        rubric="Does it answer the question?", max_tokens=200, **more,
    )  # fmt: skip


@contextmanager
def serving(*options):
    """A small model in a process of its own; its address."""
    command = [sys.executable, "-m", "tests.models.small_model", *options]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, cwd=programs.ROOT
    ) as process:
        try:
            yield f"http://127.0.0.1:{int(process.stdout.readline())}/v1"
        finally:
            process.kill()


class House:
    """A database, a queue, a worker and two servers of the same model, all as programs."""

    def __init__(self, folder, stack):
        free, held = stack.enter_context(serving()), stack.enter_context(serving("--form"))
        (folder / "endpoints.yaml").write_text(
            f"free:\n  api_base: {free}\nheld:\n  api_base: {held}\n"
        )
        queue = stack.enter_context(programs.queue_program(folder))
        address = f"sqlite:///{databases.sqlite_template(folder)}"
        self.database = Database(address)
        self.address = queue.address
        self.log = folder / "worker.log"
        environment = {
            **os.environ,
            "DATABASE_URL": address,
            "REDIS_URL": queue.address,
            "DATA_DIR": str(folder),
            "ENDPOINTS_FILE": str(folder / "endpoints.yaml"),
            "SECRET_KEY": factories.KEY,
            "CALL_DEADLINE": "300",
            "CALL_CONCURRENCY": "1",
        }
        log = stack.enter_context(self.log.open("wb"))
        command = [sys.executable, "-m", "workers.generation"]
        worker = subprocess.Popen(
            command, env=environment, cwd=programs.ROOT, stdout=log, stderr=log
        )
        stack.callback(worker.wait)
        stack.callback(worker.kill)

    def make(self, study, name, endpoint, scale):
        told = told_of(endpoint, scale)
        with self.database.transaction() as session:
            making.create(
                session, study, name, told, Cap(calls=500, tokens=1_000_000), "Ada", now(session)
            )

    def view(self, study, name):
        with self.database.reading() as session:
            return progress.of(session, study, name)

    def run(self, study, name, matchups):
        """Have a judge asked about so many matchups, by the worker; its calls as they ended."""
        with self.database.transaction() as session:
            asking.ask(session, study, name, matchups, now(session), random.Random(1))
        jobs.ring_generation(self.address)
        end = time.monotonic() + 60 * MINUTES
        while self.view(study, name).newest.calls.waiting:
            assert time.monotonic() < end, self.log.read_text()
            time.sleep(1)
        return self.view(study, name).newest.calls


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    with ExitStack() as stack:
        yield House(tmp_path_factory.mktemp("house"), stack)


@pytest.fixture(scope="module")
def study(house):
    with house.database.transaction() as session:
        made = factories.make_study(
            session,
            configurations=("Plain", "Tuned"),
            prompts=MATCHUPS + 6,
            votes_per_matchup=2,
            prompt_text=lambda n: f"{ASKED[n % len(ASKED)]} ({n})",
            text=text,
        )
        # Of two people one prefers what answers; the other, on some prompts, what does not.
        rated.vote(session, made, "Ben", "Tuned")
        rated.vote(session, made, "Cleo", "Plain", number=10)
        while fold.fold(session, made.id):
            pass
    return made


def grade(house, study, name):
    """Choose five matchups, grade them with reasons, show two to it, and draw the audit."""
    with house.database.transaction() as session:
        rng = random.Random(3)
        pools.choose(session, study.name, name, Source.DRAWN, 5, now(session), rng)
        while sheet := pools.next_to_grade(session, study.name, name, "Ada"):
            given = (5, 1) if WORSE not in sheet.a[0] else (1, 5)
            told = (sheet.number, "Ada", given, "It answers.", now(session))
            pools.grade(session, study.name, name, *told)
        shown = tuple(one.number for one in pools.graded(session, study.name, name)[:2])
        again = told_of("held", Scale.VERDICT, examples=shown)
        making.edit(session, study.name, name, again, "Ada", now(session))
        pools.draw_audit(session, study.name, name, AUDIT, now(session), rng)


class TestSmallModel:
    def test_without_a_form_answers_what_no_verdict_stands_in_and_is_counted(self, house, study):
        house.make(study.name, "free", "free", Scale.GRADES)
        calls = house.run(study.name, "free", 2)
        with house.database.reading() as session:
            said = [row.said for row in session.query(models.Judgement)]
        print("\nfree of form:", calls)
        assert calls.total == 4
        assert calls.answered + calls.refused + calls.malformed == 4
        assert len(said) == 4

    def test_held_to_a_form_goes_the_whole_way_to_a_corrected_board(self, house, study):
        house.make(study.name, "held", "held", Scale.VERDICT)
        grade(house, study, "held")
        calls = house.run(study.name, "held", MATCHUPS)
        assert calls.answered == calls.total == 2 * MATCHUPS
        judge_reports.refresh(house.database, study.id)
        with house.database.reading() as session:
            kept = reports.last(session, study.name, "held")
            rules = invariants.check(session, now(session))
        print("\nheld to a form:", calls)
        print(judge_words.headline(kept.report, ENGLISH))
        for line in judge_words.lines(kept.report, ENGLISH):
            print(f"{line.name}: {line.word}.", *line.said)
        for board in judge_boards.tables(kept.report, ENGLISH):
            print(f"{board.label}:", board.why or [(row.name, row.points) for row in board.rows])
        boards = {(one.kind, one.unsettled): one for one in kept.report.boards}
        assert {kind for kind, _ in boards} == {PEOPLE, CORRECTED, JUDGE}
        assert len(boards[PEOPLE, "half"].rows) == 2
        # It corrects, or says why it may not.
        assert all(one.rows or one.why for one in boards.values())
        assert [line for rule in rules for line in rule.broken] == []
