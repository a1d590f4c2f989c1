"""Studies that end when they are decided: raters learn who wrote a text by nothing but the end."""

import functools
import itertools
import logging
from dataclasses import dataclass

import pytest
from sqlalchemy import select

from service.database import Database, now
from service.store import models
from service.usecases import invites
from tests import databases, factories
from tests.promises import declared, worlds
from tests.promises.test_blindness import DEALT_OUT
from tests.promises.worlds import Coin, Journey, Seen, World
from workers import leaderboards

SITTINGS = 20
VOTES = 8
# How many sit down between two looks at the votes.
BETWEEN = 10
BEST = "calm"
STUDY = {
    "votes_per_matchup": 99,
    "options": {"criteria": [], "grades": "none", "repeats": 0.2, "norming": 0},
    "end_decided": "winner",
}
PROMPTS = tuple(range(16))


@dataclass
class Sat:
    transcript: list[Seen]
    logged: list[str]
    end: dict | None
    state: str


def sit_down(journey: Journey, door: dict[str, str], number: int) -> None:
    """Judge some, always for one voice, and finish."""
    journey.client = journey.app.test_client()
    journey.ask("landing", values=door)
    answer = journey.ask("start", "POST", values=door, data={"name": "", "key": f"n{number}"})
    at = {"handle": answer.location.split("/")[2]}
    journey.ask("rate", values=at)
    waiting = journey.ask("upcoming", values=at).get_json()["assignments"]
    for _ in range(VOTES):
        if not waiting:
            break
        dealt = waiting.pop(0)
        body = {"key": f"v-{dealt['token']}", "have": [piece["token"] for piece in waiting]}
        body["choice"] = "right" if f"a {BEST} voice" in str(dealt["right"]) else "left"
        here = {**at, "token": dealt["token"]}
        waiting += journey.ask("cast", "POST", values=here, json=body).get_json()["assignments"]
    for endpoint in ("pause", "own_votes", "finishing"):
        journey.ask(endpoint, values=at)
    journey.ask("finish", "POST", values=at)
    for endpoint in ("done", "closing_question"):
        journey.ask(endpoint, values=at)


@pytest.fixture(scope="module")
def sat(tmp_path_factory):
    """Let many sit down in a world, with looks at the votes between them."""
    folder = tmp_path_factory.mktemp("decided")
    template = databases.sqlite_template(folder)

    @functools.cache
    def sit(author, then: str) -> Sat:
        world = World(
            "decided",
            prompts=PROMPTS,
            author=author,
            study={**STUDY, "end_then": then},
            surround=declared.declare,
        )
        database = Database(databases.fresh_sqlite(template, folder))
        worlds.hurry(database)
        worlds.build(database, world)
        with database.transaction() as session:
            made = invites.make(session, "study", "shared", "", now(session), factories.KEY)
            study_id = session.scalars(select(models.Study.id).filter_by(name="study")).one()
        journey = Journey(database, folder, made.link_token, Coin(7))
        heard: list[logging.LogRecord] = []
        handler = logging.Handler()
        handler.emit = heard.append
        logging.getLogger().addHandler(handler)
        for number in range(SITTINGS):
            sit_down(journey, {"token": made.link_token}, number)
            if number % BETWEEN == BETWEEN - 1:
                logging.getLogger().removeHandler(handler)
                leaderboards.refresh(database, study_id)
                logging.getLogger().addHandler(handler)
        logging.getLogger().removeHandler(handler)
        with database.reading() as session:
            study = session.get_one(models.Study, study_id)
            found = Sat(journey.masked(), [one.msg for one in heard], study.end_met, study.state)
        database.engine.dispose()
        return found

    return sit


def as_it_is(identity: str, _: int) -> str:
    return identity


class TestAnEndThatIsOnlyTold:
    def test_shows_raters_nothing_of_who_is_ahead(self, sat):
        told, dealt_out = sat(as_it_is, "notify"), sat(DEALT_OUT.author, "notify")
        assert (told.end["by"], told.end["leader"]) == ("decided", f"configuration-{BEST}")
        assert dealt_out.end is None
        assert told.state == dealt_out.state == "open"
        assert told.logged == dealt_out.logged
        assert len(told.transcript) > SITTINGS * VOTES
        for one, other in zip(told.transcript, dealt_out.transcript, strict=True):
            assert one == other


class TestAnEndThatCloses:
    def test_tells_the_one_bit_that_is_named_and_nothing_before(self, sat):
        """All is as where nothing ends, until the study is over: SECURITY.md names that."""
        closed, told = sat(as_it_is, "close"), sat(as_it_is, "notify")
        assert (closed.state, closed.end["by"]) == ("closed", "decided")
        both = zip(closed.transcript, told.transcript, strict=False)
        same = list(itertools.takewhile(lambda pair: pair[0] == pair[1], both))
        assert len(same) > BETWEEN * VOTES
        # The first to meet it is whoever opens the door next.
        assert closed.transcript[len(same)].endpoint == "landing"
