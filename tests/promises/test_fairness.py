"""Sides and order tell nothing about configurations, and neither does how long a page takes."""

import math
import random
import statistics
import time
from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import timedelta
from itertools import pairwise

import pytest
from sqlalchemy import select, update

from service.settings import Settings
from service.store import models
from service.web.app import create_app
from tests import factories
from tests.fakes import served
from tests.promises.worlds import hurry

FULL = pytest.mark.faults
LEASE = timedelta(minutes=30)
CONFIGURATIONS = ("A", "B", "C", "D", "E")
PROMPTS = 10
EACH = 100  # matchups of the study, and so assignments of a rater


@dataclass(frozen=True)
class Dealt:
    """One assignment as it was dealt: who stood left, who right, on which prompt."""

    rater_id: int
    prompt_id: int
    left: int
    right: int


def deal_to(database, raters: int, each: int) -> list[Dealt]:
    hurry(database)
    rng = random.Random(97)
    with database.transaction() as session:
        study = factories.make_study(
            session, configurations=CONFIGURATIONS, prompts=PROMPTS, votes_per_matchup=raters
        )
        ids = [factories.make_rater(session, study, f"r{n}") for n in range(raters)]
        for rater_id in ids:
            for _ in range(each // PROMPTS):
                moment = factories.later(0)
                assert len(
                    factories.deal(session, rater_id, moment, rng, LEASE, PROMPTS)
                ) == PROMPTS  # fmt: skip
                session.execute(update(models.Assignment).values(state="voted"))
        rows = session.scalars(select(models.Assignment).order_by(models.Assignment.id))
        return [
            Dealt(row.rater_id, row.prompt_id, *_seen(row)) for row in rows
        ]  # fmt: skip


def _seen(row: models.Assignment) -> tuple[int, int]:
    pair = (row.first_configuration_id, row.second_configuration_id)
    return pair if row.sides else pair[::-1]


@pytest.fixture(scope="module", params=[(10, 100), pytest.param((100, EACH), marks=FULL)], ids=str)
def dealt(request, sqlite_file, tmp_path_factory):
    from service.database import Database  # noqa: PLC0415
    from tests import databases  # noqa: PLC0415

    folder = tmp_path_factory.mktemp("fairness")
    database = Database(databases.fresh_sqlite(sqlite_file, folder))
    yield deal_to(database, *request.param)
    database.engine.dispose()


class TestSides:
    def test_every_configuration_stands_left_half_of_the_time(self, dealt):
        left, right = Counter(one.left for one in dealt), Counter(one.right for one in dealt)
        shares = {key: left[key] / (left[key] + right[key]) for key in left | right}
        print(f"{len(dealt)} assignments, shares of left {sorted(shares.values())}")
        assert len(shares) == len(CONFIGURATIONS)
        # A fair coin: each share lies within so many standard errors of a half.
        for key, share in shares.items():
            assert abs(share - 0.5) < 4.5 * 0.5 / math.sqrt(left[key] + right[key]), shares

    def test_side_and_configuration_share_no_information(self, dealt):
        cells = Counter((one.left, "left") for one in dealt)
        cells += Counter((one.right, "right") for one in dealt)
        total = sum(cells.values())
        by_configuration: Counter = Counter()
        for (configuration, _), number in cells.items():
            by_configuration[configuration] += number
        bits = sum(
            number / total * math.log2(number / by_configuration[configuration] * 2)
            for (configuration, _), number in cells.items()
        )
        print(f"{len(dealt)} assignments, mutual information {bits:.6f} bit")
        assert bits < 0.001 * 10_000 / len(dealt)

    def test_no_rater_sees_a_pattern_of_sides(self, dealt):
        """The runs of Wald and Wolfowitz, of whether the one of the lower id stands left."""
        scores = [
            _runs_score([one.left < one.right for one in mine])
            for mine in _by_rater(dealt).values()
        ]
        mean = statistics.fmean(scores) * math.sqrt(len(scores))
        print(f"{len(scores)} raters, z of runs: worst {max(map(abs, scores)):.2f}, all {mean:.2f}")
        assert max(map(abs, scores)) < 4.5
        assert abs(mean) < 4.5


class TestOrder:
    def test_prompts_come_in_an_order_that_ids_do_not_tell(self, dealt):
        rows = [[one.prompt_id for one in mine[:PROMPTS]] for mine in _by_rater(dealt).values()]
        assert all(len(set(row)) == PROMPTS for row in rows)  # unseen ones come first
        found = _trend(rows)
        rng = random.Random(3)
        as_extreme = sum(
            abs(_trend([rng.sample(row, PROMPTS) for row in rows])) >= abs(found)
            for _ in range(2000)
        )
        print(f"{len(rows)} raters, order against ids: p = {(as_extreme + 1) / 2001:.3f}")
        assert (as_extreme + 1) / 2001 > 0.001


def _by_rater(dealt) -> dict[int, list[Dealt]]:
    found = defaultdict(list)
    for one in dealt:
        found[one.rater_id].append(one)
    return found


def _runs_score(coins: list[bool]) -> float:
    heads, tails = coins.count(True), coins.count(False)
    runs = 1 + sum(one != other for one, other in pairwise(coins))
    number = heads + tails
    mean = 2 * heads * tails / number + 1
    variance = (mean - 1) * (mean - 2) / (number - 1)
    return (runs - mean) / math.sqrt(variance)


def _trend(rows: list[list[int]]) -> float:
    """Return how prompts' ids go with their places, summed over raters."""
    middle = statistics.fmean(rows[0])
    return sum(
        (place - (PROMPTS - 1) / 2) * (prompt_id - middle)
        for row in rows
        for place, prompt_id in enumerate(row)
    )


class TestServerTime:
    @pytest.mark.parametrize("requests", [400, pytest.param(2000, marks=FULL)])
    def test_does_not_tell_classes_of_completions_apart(self, sqlite_database, tmp_path, requests):
        """Same texts from short, cheap, quick configurations and from long, dear, slow ones."""
        hurry(sqlite_database)
        long = {"model": "m" * 200, "system_prompt": "s" * 20_000, "price_input": 10**9}
        slow = {"latency_ms": 90_000, "cost_nanos": 10**9, "details": {"trace": "x" * 5000}}
        with sqlite_database.transaction() as session:
            study = factories.make_study(
                session,
                configurations=("A", "B", "C" * 200, "D" * 200),
                prompts=20,
                text=lambda name, number: f"{number} says {'one' if name[0] in 'AC' else 'two'}.",
                configuration_fields={"C" * 200: long, "D" * 200: long},
                completion_fields={"C" * 200: slow, "D" * 200: slow},
            )
            seat = served.take_seat(session, study)
            for prompt_id in study.prompts:
                pairs = {("A", "B"): seat.rater_id, ("C" * 200, "D" * 200): seat.rater_id}
                factories.fill_places(session, study, prompt_id, pairs)
            session.execute(update(models.Assignment).values(state="dealt"))
            kinds: dict[bool, list[str]] = {False: [], True: []}
            for row in session.scalars(select(models.Assignment)):
                kinds[row.first_configuration_id == study.configurations["A"]].append(row.token)
        app = create_app(Settings(data_dir=tmp_path, secret_key=factories.KEY), sqlite_database)
        client = app.test_client()
        client.set_cookie("evenhand_rater", seat.cookie, path=f"/rate/{seat.handle}")
        rng = random.Random(8)
        plan = [False, True] * (requests // 2)
        rng.shuffle(plan)
        took: dict[bool, list[float]] = {False: [], True: []}
        for number, kind in enumerate(plan):
            path = f"/rate/{seat.handle}/again/{rng.choice(kinds[kind])}"
            started = time.thread_time()
            assert client.get(path).status_code == 200
            if number >= 50:  # the first ones warm caches up
                took[kind].append(1000 * (time.thread_time() - started))
        score = _welch(*(_cropped(times) for times in took.values()))
        means = [statistics.fmean(_cropped(times)) for times in took.values()]
        print(f"{requests} requests, means {means} ms, t = {score:.2f}")
        assert abs(score) < 4.5


def _cropped(times: list[float]) -> list[float]:
    """Leave out the slowest tenth, which belongs to the machine."""
    return sorted(times)[: int(len(times) * 0.9)]


def _welch(one: list[float], other: list[float]) -> float:
    spread = statistics.variance(one) / len(one) + statistics.variance(other) / len(other)
    return (statistics.fmean(one) - statistics.fmean(other)) / math.sqrt(spread)
