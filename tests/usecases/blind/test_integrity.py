"""No vote is lost, doubled or refused by a fault of ours, however the requests come."""

import http.client
import random
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import func, select, text

from service.database import now
from service.store import models
from service.usecases.sighted.generation import retries
from service.usecases.sighted.studies import invariants, opening
from tests import factories
from tests.fakes import served

THREADS = 32
LEASE = timedelta(minutes=30)
FULL = pytest.mark.faults
ACTS = ("vote", "vote", "vote", "next", "undo", "skip", "flag", "revise", "lapse")


@pytest.fixture
def house(database, tmp_path):
    """A served application; afterwards every rule holds, and nobody left a lock behind."""
    with served.serve(database, tmp_path) as running:
        yield running
    assert database.engine.pool.checkedout() == 0
    with database.transaction() as session:
        broken = [one for one in invariants.check(session, now(session)) if one.broken]
        if session.get_bind().dialect.name == "postgresql":
            assert session.scalar(text(LINGERING)) == 0
    assert broken == []


LINGERING = """SELECT count(*) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid()
      AND state LIKE 'idle in transaction%'"""


def seat_raters(database, raters, **study) -> list[served.Seat]:
    with database.transaction() as session:
        made = factories.make_study(session, **study)
        return [served.take_seat(session, made) for _ in range(raters)]


def deal_all(database, seats, each) -> list[tuple[served.Seat, str]]:
    """Deal so many to each rater before anything is sent, as pages hold them."""
    dealt = []
    rng = random.Random(1)
    for seat in seats:
        with database.transaction() as session:
            pieces = factories.deal(session, seat.rater_id, now(session), rng, LEASE, each)
        dealt += [(seat, piece.token) for piece in pieces]
    assert len(dealt) == len(seats) * each
    return dealt


def at_once(jobs) -> list:
    """Do all of this from many threads."""
    with ThreadPoolExecutor(THREADS) as pool:
        return list(pool.map(lambda job: job(), jobs))


def standing(database) -> int:
    with database.reading() as session:
        return session.scalar(select(func.count()).select_from(models.Vote))


class TestDuplicates:
    @pytest.mark.parametrize(
        ("raters", "each", "copies"), [(10, 4, 5), pytest.param(20, 10, 10, marks=FULL)]
    )
    def test_many_posts_of_a_vote_are_one_vote(self, database, house, raters, each, copies):
        seats = seat_raters(database, raters, prompts=each, votes_per_matchup=raters)
        dealt = deal_all(database, seats, each)
        jobs = [lambda one=one: house.vote(*one) for one in dealt * copies]
        random.Random(1).shuffle(jobs)
        answers = at_once(jobs)
        assert Counter(status for status, _ in answers) == {200: len(dealt) * copies}
        assert {content["revision"] for _, content in answers} == {1}
        assert standing(database) == len(dealt)


class TestPlaces:
    @pytest.mark.parametrize(("prompts", "raters"), [(10, 12), pytest.param(50, 40, marks=FULL)])
    def test_places_are_filled_and_never_overfilled(self, database, house, prompts, raters):
        seats = seat_raters(database, raters, prompts=prompts, votes_per_matchup=3)
        statuses: Counter = Counter()

        def sit(seat):
            while True:
                status, content = house.ask(seat, "next")
                statuses[status] += 1
                if not content.get("assignments"):
                    return
                for piece in content["assignments"]:
                    status, _ = house.vote(seat, piece["token"])
                    statuses[status] += 1

        at_once([lambda seat=seat: sit(seat) for seat in seats])
        assert set(statuses) == {200}
        with database.reading() as session:
            taken = Counter(session.scalars(select(models.Assignment.prompt_id)))
            assert session.scalar(select(func.sum(models.Prompt.places_open))) == 0
        assert standing(database) == prompts * 3
        assert set(taken.values()) == {3}

    def test_two_tabs_that_ask_at_once_are_dealt_the_same(self, database, house):
        seats = seat_raters(database, 6, prompts=12, votes_per_matchup=6)
        answers = at_once([lambda seat=seat: house.ask(seat, "next") for seat in seats * 8])
        assert {status for status, _ in answers} == {200}
        with database.reading() as session:
            held = Counter(session.scalars(select(models.Assignment.rater_id)))
        ahead = max(len(answer["assignments"]) for _, answer in answers)
        assert max(held.values()) <= ahead


class TestReplays:
    @pytest.mark.parametrize(("raters", "each"), [(10, 6), pytest.param(50, 20, marks=FULL)])
    def test_a_queue_that_is_sent_three_times_counts_once(self, database, house, raters, each):
        seats = seat_raters(database, raters, prompts=each, votes_per_matchup=raters)
        queue = deal_all(database, seats, each)
        rng = random.Random(2)
        jobs = []
        for _ in range(3):
            rng.shuffle(queue)
            jobs += [lambda one=one: house.vote(*one, "both_good") for one in queue]
        answers = at_once(jobs)
        assert {status for status, _ in answers} == {200}
        assert standing(database) == len(queue)

    def test_a_retry_after_a_lost_answer_gets_the_same_vote(self, database, house):
        seats = seat_raters(database, 4, prompts=3, votes_per_matchup=4)
        dealt = deal_all(database, seats, 3)
        for seat, token in dealt:
            house.drop.add(f"/rate/{seat.handle}/vote/{token}")
            with pytest.raises((http.client.RemoteDisconnected, ConnectionError)):
                house.vote(seat, token, "right")
        assert standing(database) == len(dealt)
        for seat, token in dealt:
            status, content = house.vote(seat, token, "right")
            assert (status, content["revision"], content["choice"]) == (200, 1, "right")
            assert house.vote(seat, token, "left")[0] == 422
        assert standing(database) == len(dealt)


class TestCrowd:
    @pytest.mark.parametrize(("raters", "acts"), [(12, 12), pytest.param(32, 80, marks=FULL)])
    def test_everything_at_once_breaks_nothing(self, database, house, raters, acts):
        """Few prompts, many raters, every act there is, leases that run out, then the end."""
        seats = seat_raters(
            database, raters, prompts=3, configurations=("A", "B", "C", "D"), votes_per_matchup=3
        )
        statuses: Counter = Counter()
        acknowledged: Counter = Counter()

        def sit(seat):
            rng = random.Random(seat.rater_id)
            mine: list[str] = []
            for number in range(acts):
                status, kept = _do(database, house, seat, rng.choice(ACTS), mine, rng, number)
                statuses[status] += 1
                acknowledged[seat.rater_id] += kept
            statuses[_finish(house, seat)] += 1

        def close():
            with database.transaction() as session:
                opening.open_study(session, "support-replies", now(session))
            with database.transaction() as session:
                retries.retry_failed(session, "support-replies", now(session))

        jobs = [lambda seat=seat: sit(seat) for seat in seats]
        at_once([*jobs, *[close] * 6])
        assert not [status for status in statuses if status >= 500], statuses
        with database.reading() as session:
            who = select(models.Assignment.rater_id)
            votes_and_undos = who.join(
                models.Vote, models.Vote.assignment_id == models.Assignment.id
            )
            undone_skips = who.join(
                models.Skip, models.Skip.assignment_id == models.Assignment.id
            ).where(models.Skip.is_withdrawn)
            stored = Counter(session.scalars(votes_and_undos))
            stored += Counter(session.scalars(undone_skips))
        assert stored == +acknowledged


def _finish(house, seat) -> int:
    """Finish by the form, as the page does; a redirect leads on."""
    return house.ask(seat, "finish", {})[0]


def _do(database, house, seat, act, mine, rng, number) -> tuple[int, int]:
    """Do one thing as a rater; return the status and how many revisions were acknowledged."""
    if act == "lapse":
        with database.transaction() as session:
            session.execute(
                models.Assignment.__table__.update()
                .where(models.Assignment.rater_id == seat.rater_id)
                .values(lease_until=factories.MOMENT)
            )
        return 200, 0
    if act == "next" or not mine:
        status, content = house.ask(seat, "next")
        mine += [one["token"] for one in content.get("assignments", []) if one["token"] not in mine]
        return status, 0
    token = rng.choice(mine)
    key = f"{token}-{number}"
    if act == "undo":
        status, content = house.ask(seat, "undo", {"key": key})
        # One that finds nothing to take back is answered and stores nothing.
        return status, status == 200 and content["assignment"] is not None
    if act in {"vote", "revise"}:
        names = rng.randint(1, 3) if act == "revise" else 0
        choice = rng.choice(["left", "right"])
        status, _ = house.vote(seat, token, choice, supersedes=names, key=key)
        return status, status == 200
    body = {"kind": "other"} if act == "flag" else {}
    return house.ask(seat, f"{act}/{token}", body)[0], 0
