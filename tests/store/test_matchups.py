"""What is counted of matchups in the database is what one would count by reading them."""

import random
from itertools import combinations

import pytest
from sqlalchemy import select

from service.domain.matchup import pair_of
from service.store import matchups, models
from service.usecases.blind import flags, places
from tests import factories
from tests.factories import later

NAMES = ("Plain", "Retrieval", "Tuned", "Agent")
WANTED = 2
OPTIONS = {"repeats": 0, "practice": [], "withdraws_flagged": True, "flags_to_withdraw": 1}


@pytest.fixture(name="made", params=range(4))
def make_history(session, request):
    """Places held by chance, some excluded, some withdrawn, one configuration retired."""
    rng = random.Random(request.param)
    study = factories.make_study(
        session, configurations=NAMES, prompts=5, votes_per_matchup=WANTED, options=OPTIONS
    )
    raters = [factories.make_rater(session, study, f"r{n}") for n in range(3)]
    for prompt_id in study.prompts:
        for rater_id in raters:
            # The first has seen nearly all, so that some prompts have nothing more for them.
            number = 6 - (prompt_id % 2) if rater_id == raters[0] else rng.randint(0, 4)
            seen = rng.sample(list(combinations(NAMES, 2)), number)
            factories.fill_places(session, study, prompt_id, dict.fromkeys(seen, rater_id))
    rows = session.scalars(select(models.Assignment)).all()
    for row in rng.sample(rows, 6):
        row.state = rng.choice(["skipped", "expired", "late"])
    for row in rng.sample(rows, 4):
        flags.flag(session, row.rater_id, row.token, "broken", "", later(1))
    for row in rng.sample(rows, 4):
        fields = {"reason": "why", "created_at": later(1)}
        session.add(models.Exclusion(assignment_id=row.id, **fields))
        session.add(models.Exclusion(assignment_id=row.id, **fields, lifted_at=later(2)))
    retired = study.configurations["Agent"]
    session.get_one(models.Configuration, retired).retired_at = later(3)
    session.flush()
    for prompt_id in study.prompts:
        places.recount(session, session.get_one(models.Study, study.id), prompt_id)
    session.expire_all()
    return study, raters


def read(session, prompt_id) -> list[models.Assignment]:
    rows = select(models.Assignment).where(models.Assignment.prompt_id == prompt_id)
    return list(session.scalars(rows))


def ids_of(session, table, condition) -> set[int]:
    return set(session.scalars(select(table.assignment_id).where(condition)))


def pair(row) -> tuple[int, int]:
    return row.first_configuration_id, row.second_configuration_id


def count(session, prompt_id) -> tuple[dict[tuple[int, int], int], set[tuple[int, int]]]:
    """Return what is taken and what is withdrawn, read row by row."""
    flagged = ids_of(session, models.Flag, models.Flag.withdraws)
    excluded = ids_of(session, models.Exclusion, models.Exclusion.lifted_at.is_(None))
    taken: dict[tuple[int, int], int] = {}
    for row in read(session, prompt_id):
        if row.state in {"dealt", "voted", "graded"}:
            taken[pair(row)] = taken.get(pair(row), 0) + (row.id not in excluded)
    return taken, {pair(row) for row in read(session, prompt_id) if row.id in flagged}


class TestTaken:
    def test_is_what_is_held_less_what_is_excluded(self, session, made):
        study, _ = made
        together = matchups.taken_of(session, study.prompts)
        for prompt_id in study.prompts:
            found = matchups.taken(session, prompt_id)
            assert (found.places, set(found.withdrawn)) == count(session, prompt_id)
            assert together[prompt_id] == found


class TestSpent:
    def test_are_prompts_whose_open_places_are_all_of_what_was_seen(self, session, made):
        study, raters = made
        expected: dict[int, set[int]] = {}
        for rater_id in raters:
            expected[rater_id] = {
                prompt_id
                for prompt_id in study.prompts
                if 0
                < session.get_one(models.Prompt, prompt_id).places_open
                <= self._open_of_seen(session, study, rater_id, prompt_id)
            }
            assert matchups.spent(session, study.id, rater_id, WANTED) == expected[rater_id]
        assert any(expected.values())

    def _open_of_seen(self, session, study, rater_id, prompt_id) -> int:
        taken, withdrawn = count(session, prompt_id)
        in_service = {study.configurations[name] for name in NAMES if name != "Agent"}
        seen = {
            pair_of(*pair(row))
            for row in read(session, prompt_id)
            if row.rater_id == rater_id and row.state != "expired"
        }
        return sum(
            max(0, WANTED - taken.get(one, 0))
            for one in seen
            if in_service.issuperset(one) and one not in withdrawn
        )
