"""The promise of SECURITY.md: what a rater receives tells nothing about its source."""

import json
from collections import Counter
from dataclasses import replace
from itertools import permutations
from typing import Any

import pytest
from sqlalchemy import select

from service.database import Database
from service.store import models
from service.web import static
from tests import databases
from tests.promises import declared, worlds
from tests.promises.worlds import IDENTITIES, Coin, Journey, World

BASE = World("as it is")
_OTHER_NAMES = dict(zip(IDENTITIES, ("zz-gpt", "Äpfel", "a", "a much longer name"), strict=True))
_SHARE = dict(zip(IDENTITIES, (1, 50, 900, 12_000), strict=True))

OTHERS = [
    World(
        "renamed",
        name=_OTHER_NAMES.__getitem__,
        configuration=lambda identity: {
            "model": f"openai/{identity * 5}",
            "approach": "fine-tune" if identity == "odd" else "retrieval",
            "system_prompt": f"You are {identity}." * 40,
            "template": "{{prompt}}",
            "parameters": {"temperature": _SHARE[identity]},
            "endpoint": identity,
            "fingerprint": identity,
        },
        study={"name": "another-name-of-the-study", "options": {"x": "y"}},
    ),
    World("reordered", order=IDENTITIES[::-1], prompts=tuple(reversed(range(worlds.PROMPTS)))),
    World("reordered otherwise", order=("long", "calm", "odd", "brisk"), has_noise=True),
    World(
        "slower",
        completion=lambda identity: {
            "latency_ms": _SHARE[identity] * 1000,
            "attempts": _SHARE[identity] % 7,
            "fence": _SHARE[identity],
            "created_at": worlds.later(_SHARE[identity] % 300),
            "recorded_at": worlds.later(_SHARE[identity] % 300),
            "error_class": "timeout",
            "error_message": f"{identity} took long",
        },
    ),
    World(
        "dearer",
        configuration=lambda identity: {
            "price_input": _SHARE[identity] * 1000,
            "price_output": _SHARE[identity] * 5000,
            "one_off_nanos": _SHARE[identity],
            "samples": 3,
            "created_at": worlds.later(_SHARE[identity] % 90),
        },
        completion=lambda identity: {
            "cost_nanos": _SHARE[identity] * 10**6,
            "prompt_tokens": _SHARE[identity],
            "completion_tokens": None,
            "kind": "cut_off" if identity in {"long", "calm"} else "refused",
            "finish_reason": "length" if identity == "long" else "stop",
            "origin": "imported" if identity == "brisk" else "generated",
            "leaks": {"found": [identity]},
            "details": {"provider": identity},
        },
        study={"spent_nanos": 10**9, "is_sealed": True, "counts_sighted": True},
    ),
    World(
        "of another ladder",
        configuration=lambda identity: {
            "model": f"agent/{identity}" if identity in {"calm", "odd"} else "openai/m",
            "endpoint": identity if identity in {"calm", "odd"} else None,
            "price_call": _SHARE[identity],
            "approach": "agent" if identity in {"calm", "odd"} else "retrieval",
            "examples": [{"user": identity, "assistant": identity}] * (_SHARE[identity] % 4),
            "retrieval": {"collection": identity, "name": identity, "top_k": 7},
        },
        completion=lambda identity: {
            "origin": "reused" if identity == "brisk" else "generated",
            "reused_calls": _SHARE[identity] % 3,
            "saved_nanos": _SHARE[identity],
        },
        evidence=lambda identity: {
            "passages": [{"source": identity, "text": identity * 50, "score": 1.0}] * 3,
            "traces": [{"steps": [identity] * (_SHARE[identity] % 40)}],
        },
        study={"reuses_calls": True},
    ),
    World(
        "judged and declared",
        configuration=lambda identity: {"shows": identity if identity in {"calm", "odd"} else ""},
        completion=lambda identity: {
            "turns": [f'{{"{identity}": "' + "and on " * _SHARE[identity] + '"}'],
            "details": {"whole": [identity * _SHARE[identity]]},
        },
        study={"options": {"probes": ["voice", "odd"]}},
        surround=declared.surround,
    ),
]
# Each prompt's texts are dealt out to the configurations in another way, and no two voices are
# together by the same two configurations throughout.
_AUTHORS = list(permutations(IDENTITIES))
DEALT_OUT = World(
    "dealt out anew",
    author=lambda identity, number: _AUTHORS[(number * 5 + 3) % len(_AUTHORS)][
        IDENTITIES.index(identity)
    ],
)
OTHERS.append(DEALT_OUT)
# How chance falls, and what the rater's browser asks for.
COINS = [(1, 0.0, ""), (1, 0.999, ""), (2, 0.0, ""), (2, 0.999, "de-AT, de;q=0.9"), (3, None, "")]


@pytest.fixture(scope="module")
def travelled(tmp_path_factory):
    """Travel each world once per coin, and remember."""
    folder = tmp_path_factory.mktemp("worlds")
    template = databases.sqlite_template(folder)
    memory: dict[tuple[Any, ...], Journey] = {}

    def travel(world: World, seed: int, side: float | None, language: str = "") -> Journey:
        key = (world.label, seed, side, language)
        if key not in memory:
            database = Database(databases.fresh_sqlite(template, folder))
            worlds.hurry(database)
            link = worlds.build(database, world)
            journey = Journey(database, folder, link, Coin(seed, side), language=language)
            journey.transcript = journey.travel()
            database.engine.dispose()
            memory[key] = journey
        return memory[key]

    return travel


class TestNoninterference:
    @pytest.mark.parametrize("world", OTHERS, ids=lambda world: world.label)
    @pytest.mark.parametrize(("seed", "side", "language"), COINS)
    def test_a_rater_receives_the_same_in_every_world(self, travelled, world, seed, side, language):
        expected = travelled(BASE, seed, side, language).transcript
        got = travelled(world, seed, side, language).transcript
        for one, other in zip(expected, got, strict=True):
            assert one == other

    def test_the_journeys_differ_where_they_may(self, travelled):
        bodies = {tuple(seen.body for seen in travelled(BASE, *coin).transcript) for coin in COINS}
        assert len(bodies) == len(COINS)

    def test_both_sides_of_the_coin_hold_the_same_texts_exchanged(self, travelled):
        for seed in (1, 2):
            heads = travelled(BASE, seed, 0.0).texts
            tails = travelled(BASE, seed, 0.999, COINS[2 * seed - 1][2]).texts
            assert heads == [(right, left) for left, right in tails]


class TestMark:
    def test_of_a_browser_that_saw_a_shared_report_changes_nothing(self, travelled, tmp_path):
        """Its rater is marked; all that it receives is as before."""
        expected = travelled(BASE, *COINS[0]).transcript
        database = Database(databases.fresh_sqlite(databases.sqlite_template(tmp_path), tmp_path))
        worlds.hurry(database)
        link = worlds.build(database, BASE)
        handle = "h" * 12
        with database.transaction() as session:
            study = session.scalars(select(models.Study)).first()
            session.add(
                models.Share(
                    study_id=study.id,
                    handle=handle,
                    token_hash="",
                    label="",
                    shows_texts=False,
                    created_at=worlds.later(0),
                    expires_at=worlds.later(9),
                )
            )
        seed, side, language = COINS[0]
        journey = Journey(database, tmp_path, link, Coin(seed, side), language=language)
        journey.client.set_cookie("evenhand_seen", handle)
        for one, other in zip(expected, journey.travel(), strict=True):
            assert one == other
        with database.reading() as session:
            assert any(session.scalars(select(models.Rater.is_sighted)))
        database.engine.dispose()


@pytest.fixture(scope="module")
def sat_long(tmp_path_factory):
    """Let a rater judge all there is, in worlds that differ in everything at once."""
    folder = tmp_path_factory.mktemp("long")
    template = databases.sqlite_template(folder)
    journeys = {}
    for world in (
        BASE,
        *OTHERS[1:3],
        replace(OTHERS[-2], name=_OTHER_NAMES.__getitem__),
        DEALT_OUT,
    ):
        database = Database(databases.fresh_sqlite(template, folder))
        worlds.hurry(database)
        journey = Journey(database, folder, worlds.build(database, world), Coin(4))
        journey.transcript = journey.sit_long()
        with database.reading() as session:
            journey.kinds = [
                (row.kind, row.token)
                for row in session.scalars(select(models.Assignment).order_by(models.Assignment.id))
            ]
        database.engine.dispose()
        journeys[world.label] = journey
    return journeys


class TestLongSitting:
    def test_holds_repeats_with_sides_exchanged_and_gold(self, sat_long):
        journey = sat_long[BASE.label]
        kinds = Counter(kind for kind, _ in journey.kinds)
        assert (kinds["regular"], kinds["norming"]) == (31, 5)
        assert (kinds["repeat"], kinds["gold"]) == (2, 4)
        assert len(journey.texts) == 42
        exchanged = [pair for pair in journey.texts if pair[::-1] in journey.texts]
        assert len(exchanged) == 4  # two originals and their repeats

    def test_is_the_same_in_every_world(self, sat_long):
        expected = sat_long[BASE.label].transcript
        for journey in sat_long.values():
            assert len(journey.transcript) == len(expected) > 150
            for one, other in zip(expected, journey.transcript, strict=True):
                assert one == other

    def test_gold_norming_and_repeats_differ_from_regular_ones_in_their_texts_alone(self, sat_long):
        journey = sat_long[BASE.label]
        kinds = {token: kind for kind, token in journey.kinds}
        shapes: dict[str, set] = {}
        for seen in journey.seen:
            if seen.endpoint in {"cast", "keep_marks"}:
                kind = kinds[seen.path.rpartition("/")[2]]
                answer = json.loads(seen.body)
                names = tuple(name for name, _ in seen.headers)
                told = (tuple(answer), tuple(answer["progress"]), seen.status, names)
                shapes.setdefault(kind, set()).add((seen.endpoint, *told))
            elif seen.endpoint == "upcoming":
                for piece in json.loads(seen.body)["assignments"]:
                    parts = (tuple(piece), len(piece["token"]), piece["is_practice"])
                    shapes.setdefault(kinds[piece["token"]], set()).add(parts)
        assert set(shapes) == {"regular", "norming", "repeat", "gold"}
        assert all(shape == shapes["regular"] for shape in shapes.values())

    def test_the_line_of_progress_counts_on_steadily(self, sat_long):
        told = [
            (answer["progress"]["done"], answer["progress"]["total"])
            for seen in sat_long[BASE.label].seen
            if seen.endpoint == "cast"
            for answer in [json.loads(seen.body)]
        ]
        # Up to what was asked for, and then up to all there is.
        quota = worlds.QUOTA
        assert told == [(done, quota if done <= quota else 42) for done in range(1, 43)]


@pytest.fixture(scope="module")
def sat(tmp_path_factory):
    folder = tmp_path_factory.mktemp("in one")
    template = databases.sqlite_template(folder)
    plain = {"criteria": [], "grades": "none"}
    journeys = []
    for world in (BASE, OTHERS[1], replace(OTHERS[-1], name=_OTHER_NAMES.__getitem__)):
        study = {**world.study, "options": {**world.study.get("options", {}), **plain}}
        database = Database(databases.fresh_sqlite(template, folder))
        worlds.hurry(database)
        link = worlds.build(database, replace(world, study=study))
        journey = Journey(database, folder, link, Coin(5))
        journey.transcript = journey.sit_in_one()
        database.engine.dispose()
        journeys.append(journey)
    return journeys


class TestSittingInOne:
    """One request for each matchup: what comes next is in the answer to a vote or a skip."""

    def test_is_the_same_in_every_world(self, sat):
        expected = sat[0].transcript
        assert len(sat[0].texts) > 40
        for journey in sat:
            for one, other in zip(expected, journey.transcript, strict=True):
                assert one == other

    def test_asks_for_nothing_beside(self, sat):
        asked = [seen.endpoint for seen in sat[0].seen]
        assert asked.count("upcoming") == 1
        assert asked.count("cast") + asked.count("skip") == len(sat[0].texts)


class TestTextsThatLookAlike:
    """What is left out since two texts look the same depends on the texts alone."""

    @staticmethod
    def says(identity: str, number: int) -> str:
        said = {"calm": "brisk", "long": "odd"} if number < 2 else {"calm": "brisk"}
        return worlds.text_of(said.get(identity, identity) if number < 4 else identity, number)

    def test_are_dealt_the_same_in_every_world(self, tmp_path):
        template = databases.sqlite_template(tmp_path)
        journeys = []
        for world in (
            BASE,
            OTHERS[2],
            replace(OTHERS[-2], name=_OTHER_NAMES.__getitem__),
            DEALT_OUT,
        ):
            database = Database(databases.fresh_sqlite(template, tmp_path))
            worlds.hurry(database)
            link = worlds.build(database, replace(world, says=self.says))
            journeys.append(Journey(database, tmp_path, link, Coin(6)))
            journeys[-1].transcript = journeys[-1].sit_long()
            database.engine.dispose()
        expected = journeys[0]
        assert all(one != other for one, other in expected.texts)
        assert 30 + 4 < len(expected.texts) < 36 + 4
        for journey in journeys[1:]:
            for one, other in zip(expected.transcript, journey.transcript, strict=True):
                assert one == other


class TestJourney:
    def test_visits_every_route_of_raters_with_success(self, travelled):
        journey = travelled(BASE, 3, None)
        expected = {
            (rule.endpoint, method)
            for rule in journey.app.url_map.iter_rules()
            if rule.endpoint.startswith("rater.")
            for method in rule.methods - {"HEAD", "OPTIONS"}
        }
        succeeded = {
            (f"rater.{seen.endpoint}", seen.method)
            for seen in journey.transcript
            if seen.status < 400
        }
        assert expected - succeeded == set(), "teach the journey these routes"

    def test_routes_of_raters_all_belong_to_the_blind_blueprint(self, travelled):
        app = travelled(BASE, 3, None).app
        for rule in app.url_map.iter_rules():
            for start in ("/rate", "/i/", "/assets", "/language"):
                if rule.rule.startswith(start):
                    assert rule.endpoint.startswith("rater."), rule

    def test_no_cookie_is_set_but_by_starting_and_choosing_a_language(self, travelled):
        giving = [
            seen.endpoint
            for seen in travelled(BASE, 3, None).transcript
            if any(name == "Set-Cookie" for name, _ in seen.headers)
        ]
        assert set(giving) == {"start", "speak"}

    def test_files_are_the_same_whatever_is_compared(self, travelled):
        sent = [
            seen.body
            for seen in travelled(OTHERS[0], 3, None).seen
            if (seen.endpoint, seen.method, seen.status) == ("asset", "GET", 200)
        ]
        assert sent == [file.body for file in static.RATER.every.values()]
