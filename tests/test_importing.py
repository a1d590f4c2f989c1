"""Imports beside raters at work: short transactions, nobody is told "busy", all of it goes on."""

import io
import json
import random
import subprocess
import sys
import time
from collections import Counter
from datetime import timedelta

import pytest
from sqlalchemy import event, func, select, text

from service import importing, slow_work
from service.blinding import rendering
from service.database import Database, now
from service.formats import study_file
from service.store import models
from service.usecases.blind import voting
from service.usecases.sighted.studies import invariants
from tests import factories

LEASE = timedelta(minutes=30)
SLOW_ROOMS = ("/blinding/rendering", "/blinding/leaks/", "/blinding/canonical", "/formats/")


class Writes:
    """Counts what each transaction writes: statements, and rows by statement."""

    def __init__(self, database):
        self.largest = Counter()
        self._now = Counter()
        event.listen(database.engine, "begin", self._begin)
        event.listen(database.engine, "after_cursor_execute", self._execute)

    def _begin(self, _connection):
        self._now = Counter()

    def _execute(self, _connection, cursor, statement, *_):
        if statement.lstrip().upper().startswith(("INSERT", "UPDATE", "DELETE")):
            self._now["statements"] += 1
            self._now["rows"] += max(cursor.rowcount, 1)
            self.largest |= self._now


def source(*values, name="x.jsonl"):
    content = "\n".join(json.dumps(value) for value in values).encode()
    return importing.Source(name, lambda: io.BytesIO(content))


def answers(prompts, names=("north", "south")):
    return source(
        *[
            {
                "prompt": f"**Question** {n}?",
                "configuration": name,
                "completion": f"{name} says {n}.",
            }
            for n in range(prompts)
            for name in names
        ]
    )


def make(database, **told):
    with database.transaction() as session:
        return factories.make_study(session, **{"prompts": 0, **told})


def count(database, model, *conditions):
    with database.reading() as session:
        return session.scalar(select(func.count()).select_from(model).where(*conditions))


def broken(database):
    with database.reading() as session:
        return [one for one in invariants.check(session, now(session)) if one.broken]


def watched(database, rooms, act):
    """Count calls into rooms while something happens: within a transaction (True), and outside."""
    is_open, seen = [False], Counter()

    def begun(_connection):
        is_open[0] = True

    def ended(_connection):
        is_open[0] = False

    def watch(frame, happened, _argument):
        if happened == "call" and any(room in frame.f_code.co_filename for room in rooms):
            seen[is_open[0]] += 1

    event.listen(database.engine, "begin", begun)
    event.listen(database.engine, "commit", ended)
    event.listen(database.engine, "rollback", ended)
    before = sys.getprofile()
    sys.setprofile(watch)
    try:
        act()
    finally:
        sys.setprofile(before)
    return seen


class TestTransactions:
    @pytest.mark.parametrize("kind", ["prompts", "completions", "votes"])
    def test_write_no_more_however_long_the_file_is(self, database, monkeypatch, kind):
        monkeypatch.setattr(importing, "ROWS_AT_ONCE", 20)
        monkeypatch.setattr(importing, "VOTES_AT_ONCE", 20)
        monkeypatch.setattr(importing, "PROMPTS_AT_ONCE", 20)
        monkeypatch.setattr(importing, "GIVE_WAY_SECONDS", 0.0)
        largest = []
        for prompts in (30, 90):
            study = make(database, name=f"s{prompts}", configurations=())
            files = {
                "prompts": source(*[{"text": f"**Q** {n}?"} for n in range(prompts)]),
                "completions": answers(prompts),
                "votes": source(
                    *[
                        {
                            "prompt": f"**Question** {n}?",
                            "left": "north",
                            "right": "south",
                            "winner": "left",
                        }
                        for n in range(prompts)
                    ]
                ),
            }
            if kind == "votes":
                importing.import_file(database, study.name, files["completions"], "completions")
            writes = Writes(database)
            done = importing.import_file(database, study.name, files[kind], kind)
            assert done.added == (2 * prompts if kind == "completions" else prompts)
            largest.append(writes.largest)
        # As many rows as a batch has, with what each brings along.
        assert largest[0]["rows"] <= 20 * 3 + 10
        assert largest[1]["rows"] <= largest[0]["rows"] + 5
        assert largest[1]["statements"] <= largest[0]["statements"] + 5

    def test_neither_read_nor_render_while_they_last(self, database):
        study = make(database)
        large = source(
            *[
                {"prompt": "Q?", "configuration": name, "completion": text}
                for name, text in (
                    ("north", "**a** " * (rendering.LARGEST_TEXT // 6 + 1)),
                    ("south", "**short**"),
                )
            ]
        )

        def bring_in():
            for file in (answers(3), large):
                importing.import_file(database, study.name, file, "completions")
                while slow_work.publish(database):
                    pass

        seen = watched(database, SLOW_ROOMS, bring_in)
        assert seen[False] > 100
        assert seen[True] == 0
        with database.reading() as session:
            assert session.scalars(select(models.Prompt.is_plain)).all().count(True) == 1

    def test_of_a_study_file_render_none_of_its_prompts(self, database):
        told = study_file.read(
            "title: T\nname: many\nconfigurations:\n"
            "- {name: A, model: offline/lead}\n- {name: B, model: offline/lead}\n"
            "prompts: ['**one**', '**two**']\n",
            "study.yaml",
            str,
        )
        seen = watched(
            database, ("/blinding/rendering",), lambda: importing.apply_file(database, told)
        )
        assert seen[False] > 1
        assert seen[True] == 0
        with database.reading() as session:
            html = session.scalars(select(models.Prompt.html)).all()
        assert ["<strong>" in one["turns"][0] for one in html] == [True, True]


class TestInterrupted:
    @pytest.mark.parametrize("kind", ["completions", "votes"])
    def test_goes_on_when_it_is_called_again(self, database, monkeypatch, kind):
        monkeypatch.setattr(importing, "ROWS_AT_ONCE", 7)
        monkeypatch.setattr(importing, "VOTES_AT_ONCE", 7)
        monkeypatch.setattr(importing, "GIVE_WAY_SECONDS", 0.0)
        study = make(database)
        file = answers(20)
        if kind == "votes":
            importing.import_file(database, study.name, file, "completions")
            row = {"prompt": "**Question** 1?", "left": "north", "right": "south"}
            file = source(*[{**row, "winner": word} for word in ("left", "tie", "right") * 13])

        def stop(so_far):
            if so_far.used > 20:
                raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            importing.import_file(database, study.name, file, kind, tell=stop)
        whole = 40 if kind == "completions" else 39
        again = importing.import_file(database, study.name, file, kind)
        assert (again.added, again.unchanged) == (whole - 21, 21)
        assert importing.import_file(database, study.name, file, kind).added == 0
        assert count(database, models.Completion if kind == "completions" else models.Vote) == whole
        assert broken(database) == []


IMPORTER = """
import sys
from service import importing
from service.database import Database
address, study, kind, path = sys.argv[1:]
database = Database(address, pool_size=2)
print("begins", flush=True)
done = importing.import_file(
    database, study, importing.Source(path, lambda: open(path, "rb")), kind)
print(done.added, flush=True)
"""


class TestBesideARater:
    def test_who_waits_to_write_comes_in_between_any_two_batches(
        self, sqlite_database, monkeypatch
    ):
        monkeypatch.setattr(importing, "VOTES_AT_ONCE", 20)
        study = make(sqlite_database, prompts=1)
        happened, pauses = [], []
        # A connection that does not wait at all, as another program's that looks just now.
        other = Database(str(sqlite_database.engine.url), pool_size=1)
        event.listen(other.engine, "connect", lambda one, _: one.execute("PRAGMA busy_timeout=0"))

        def pause(seconds):
            pauses.append(seconds)
            with other.transaction() as session:
                session.execute(text("UPDATE study SET title = 'Waited'"))
            happened.append("other")

        monkeypatch.setattr(time, "sleep", pause)
        row = {"prompt_id": "p0", "left": "Plain", "right": "Retrieval", "winner": "left"}
        file = source(*[{**row, "rater": f"r{n % 9}"} for n in range(120)])
        importing.import_file(
            sqlite_database, study.name, file, "votes", tell=lambda _: happened.append("batch")
        )
        other.dispose()
        assert happened == ["other", "batch"] * 6 + ["other"]
        # Longer than who finds SQLite's lock taken sleeps, but for what reading took of it.
        assert importing.GIVE_WAY_SECONDS > 0.1
        assert max(pauses) > 0

    def test_a_rater_votes_while_thousands_of_rows_come_in(self, sqlite_database, tmp_path):
        database = sqlite_database
        study = make(database, prompts=120, votes_per_matchup=50)
        with database.transaction() as session:
            rater_id = factories.make_rater(session, study)
        path = tmp_path / "votes.jsonl"
        path.write_text(
            "\n".join(
                json.dumps(
                    {"prompt_id": f"p{n % 120}", "left": "Plain", "right": "Retrieval",
                     "winner": ("left", "right", "tie")[n % 7 % 3], "rater": f"r{n % 50}"}
                )
                for n in range(6000)
            )
        )  # fmt: skip
        importer = subprocess.Popen(
            [sys.executable, "-c", IMPORTER, str(database.engine.url), study.name, "votes", path],
            stdout=subprocess.PIPE,
            text=True,
        )
        rng, cast = random.Random(1), 0
        try:
            assert importer.stdout.readline() == "begins\n"
            while cast < 100 and (importer.poll() is None or cast == 0):
                # As the page does: a deal and a vote, each acknowledged.
                with database.transaction() as session:
                    dealt = factories.deal(session, rater_id, now(session), rng, LEASE)
                if not dealt:
                    break
                with database.transaction() as session:
                    voting.cast(
                        session,
                        rater_id,
                        dealt[0].token,
                        "left",
                        f"key-{cast}",
                        now(session),
                    )
                cast += 1
            said = importer.communicate()[0]
        finally:
            importer.kill()
        assert said == "6000\n"
        assert cast > 0
        assert count(database, models.Vote) == 6000 + cast
        assert broken(database) == []
