"""Any rows of a study, of every table that there is, are the same after a pack and an unpacking."""

import itertools
import random
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import JSON, Boolean, Date, Float, Integer, String, delete, insert, select, text

from service.database import Database
from service.store import models, packing
from service.store.models import Model, UtcDateTime
from tests import databases, factories
from tests.usecases.sighted.results import rated

TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=12)
PLAIN = st.none() | st.booleans() | st.integers(-(2**60), 2**60) | TEXTS
# Of which two made by chance might be the same.
ONCE = ("study", "pooled_matchup", "judgement")
ODD = ("", "\u202e\u2028", "0", "import-1-ab-1", "=1+1", '"', "\x7f𝔘\ufeff", "null")


@pytest.fixture
def other(request, address, sqlite_file, tmp_path):
    """An installation on the other kind of database."""
    if address.startswith("sqlite"):
        database = Database(request.getfixturevalue("postgres").fresh())
    else:
        database = Database(databases.fresh_sqlite(sqlite_file, tmp_path))
    yield database
    database.engine.dispose()


def told(database: Database, name: str) -> list[tuple[str, dict]]:
    with database.reading() as session:
        packing.snapshot(session)
        study = session.scalars(select(models.Study).where(models.Study.name == name)).one()
        return list(packing.read(session, study))


def bring(database: Database, rows) -> None:
    with database.transaction() as session:
        writer = packing.Writer(session)
        for table, some in itertools.groupby(rows, key=lambda row: row[0]):
            writer.write(table, [values for _, values in some])
        writer.finish()


def clear(database: Database) -> None:
    """Take every study away, which no installation does."""
    with database.transaction() as session:
        if database.engine.dialect.name == "postgresql":
            names = ", ".join(f'"{table.name}"' for table in Model.metadata.sorted_tables)
            session.execute(text(f"TRUNCATE {names} CASCADE"))
            return
        session.execute(text("PRAGMA defer_foreign_keys=ON"))
        for name in session.scalars(
            text("SELECT name FROM sqlite_master WHERE type='trigger'")
        ).all():
            session.execute(text(f"DROP TRIGGER {name}"))
        for table in reversed(Model.metadata.sorted_tables):
            session.execute(delete(table))


class Invented:
    """Rows of every table that belongs to a study, with whatever a column can hold."""

    def __init__(self, session, seed, texts, plain) -> None:
        self.session = session
        self.rng = random.Random(seed)
        self.texts = texts
        self.plain = plain
        self.ids: dict[str, list[int]] = {}
        self.count = itertools.count(1)

    def fill(self) -> None:
        for part in packing.parts():
            number = 1 if part.name in ONCE else self.rng.randint(1, 4)
            for _ in range(number):
                self.add(part)

    def add(self, part) -> None:
        values = {}
        for column in part.table.c:
            aims = [key.column.table.name for key in column.foreign_keys]
            if column.name == "id":
                continue
            if aims:
                known = self.ids.get(aims[0])
                values[column.name] = self.rng.choice(known) if known else None
            else:
                values[column.key] = self.value(column)
        values.update(self.special(part.name))
        keys = {key: values[key] for key in values if key in {c.name for c in part.table.c}}
        if not part.is_numbered:
            own = [part.table.c[c.name] == keys.get(c.name) for c in part.table.primary_key]
            if self.session.execute(select(part.table).where(*own)).first():
                return
        made = self.session.execute(
            insert(part.table).values(
                **{
                    part.table.c[name].key if name in part.table.c else name: value
                    for name, value in values.items()
                }
            )
        )
        if part.is_numbered:
            self.ids.setdefault(part.name, []).append(made.inserted_primary_key[0])

    def value(self, column):
        number = next(self.count)
        made = {
            JSON: lambda: {"k": [self.rng.choice(self.plain), self.rng.choice(ODD)]},
            Boolean: lambda: self.rng.random() < 0.5,
            Integer: lambda: number,
            Float: lambda: self.rng.choice((0.0, 1 / 3, -2.5e-9, 1e300)),
            UtcDateTime: lambda: datetime(2026, 1, 1, 0, 0, 0, number, UTC),
            Date: lambda: date(2026, 1, 1) + timedelta(days=number),
            String: lambda: self.rng.choice(self.texts) + self.rng.choice(ODD) + str(number),
        }
        return next(make() for kind, make in made.items() if isinstance(column.type, kind))

    def special(self, name):
        number = next(self.count)
        configurations = self.ids.get("configuration", [0])
        raters = self.ids.get("rater", [0])
        return {
            "study": {"name": "made", "state": "open"},
            "configuration": {"retrieval": None, "parameters": {}},
            "completion": {"sample": number},
            "pooled_matchup": {"pool": "calibration"},
            "pool_grade": {"pool": "calibration", "first_grade": 2, "second_grade": 5},
            "judge_example": {"pool": "calibration"},
            "vote": {"client_key": f"import-{self.ids.get('study', [0])[0]}-{number:032}-f-1"},
            "leaderboard": {
                "content": {"dealing_weights": [[configurations[0], configurations[-1], 0.5]]},
                "basis": {
                    "names": [[each, "Ä"] for each in configurations],
                    "retired": configurations[:1],
                    "by_rater": [["rater", raters[-1], *configurations[:1] * 2, "first", True, 3]],
                    "cells": [["all", 0, *configurations[:1] * 2, "first", False, 2]],
                },
            },
        }.get(name, {})


class TestRows:
    @settings(
        max_examples=4,
        deadline=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=[HealthCheck.function_scoped_fixture],
    )
    @given(
        seed=st.integers(0, 2**32),
        texts=st.lists(TEXTS, min_size=1, max_size=9),
        plain=st.lists(PLAIN, min_size=1, max_size=9),
    )
    def test_of_any_kind_are_the_same_in_the_other_kind_of_database(
        self, database, other, seed, texts, plain
    ):
        clear(database)
        clear(other)
        with database.transaction() as session:
            Invented(session, seed, texts, plain).fill()
        first = told(database, "made")
        with other.transaction() as session:
            factories.make_study(session, "another-one", prompts=2)
        bring(other, first)
        assert told(other, "made") == first
        assert {name for name, _ in first} == {part.name for part in packing.parts()}

    def test_of_a_study_that_was_rated_are_its_own_alone(self, database, other):
        with database.transaction() as session:
            noise = factories.make_study(session, "noise", prompts=2)
            rated.vote(session, noise, "Zoe")
            study = factories.make_study(session, prompts=3)
            rated.vote(session, study)
        rows = told(database, study.name)
        names = [name for name, _ in rows]
        assert (names.count("vote"), names.count("rater"), names.count("study")) == (3, 1, 1)
        bring(other, rows)
        assert told(other, study.name) == rows
        with other.reading() as session:
            waiting = session.scalars(select(models.Dirty.assignment_id)).all()
        assert len(waiting) == 3

    @pytest.mark.parametrize(
        ("change", "said"),
        [
            ({"handle": 5}, "has '5' for 'handle'"),
            ({"study_id": 9}, "points to study 9, which is not there"),
            ({"created_at": "yesterday"}, "which is no time"),
            ({"is_sighted": 1}, "for 'is_sighted'"),
            ({"strange": 1}, "'strange', which this version does not know"),
            ({"pseudonym": None}, "has no 'pseudonym'"),
        ],
    )
    def test_that_do_not_fit_are_refused(self, database, sqlite_database, change, said):
        with database.transaction() as session:
            study = factories.make_study(session, prompts=1)
            rated.vote(session, study)
        rows = [
            (name, {**values, **(change if name == "rater" else {})})
            for name, values in told(database, study.name)
        ]
        with pytest.raises(packing.RowInvalid, match=said):
            bring(sqlite_database, rows)


class TestTables:
    def test_that_reach_a_study_go_with_it_or_are_left_out_for_a_reason(self):
        reach = {"study"}
        for table in Model.metadata.sorted_tables:
            is_of_study = any(key.column.table.name in reach for key in table.foreign_keys)
            if is_of_study and table.name not in packing.LEFT_OUT:
                reach.add(table.name)
        assert reach == {part.name for part in packing.parts()}
        assert min(len(reason.split()) for reason in packing.LEFT_OUT.values()) >= 3
