"""No duplicate and no lost vote, however many requests come at once."""

import random
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import func, select

from service.database import now
from service.settings import Settings
from service.store import models
from service.usecases import invites
from service.web.app import create_app
from tests import factories

RATERS = 10
DUPLICATES = 10
THREADS = 16


@pytest.fixture
def seats(database, tmp_path):
    """Clients of raters who have begun, each with the assignments that lie before them."""
    with database.transaction() as session:
        study = factories.make_study(
            session, configurations=("A", "B", "C"), prompts=10, votes_per_matchup=3
        )
        links = [
            invites.make(
                session, study.name, "personal", "", now(session), factories.KEY
            ).link_token
            for _ in range(RATERS)
        ]
    app = create_app(Settings(data_dir=tmp_path, secret_key=factories.KEY), database)
    made = []
    for link in links:
        client = app.test_client()
        at = client.post(f"/i/{link}").location
        dealt = client.get(at + "next").get_json()["assignments"]
        made.append((app, client.get_cookie("evenhand_rater", path=at.rstrip("/")), at, dealt))
    return made


def post(app, cookie, path, body) -> int:
    client = app.test_client()
    client.set_cookie(cookie.key, cookie.value, path=cookie.path)
    return client.post(path, json=body).status_code


class TestDuplicates:
    def test_many_posts_of_one_vote_are_one_vote(self, database, seats):
        jobs = [
            (app, cookie, f"{at}vote/{piece['token']}", {"choice": "left", "key": piece["token"]})
            for app, cookie, at, dealt in seats
            for piece in dealt
        ] * DUPLICATES
        random.Random(1).shuffle(jobs)
        with ThreadPoolExecutor(THREADS) as pool:
            statuses = list(pool.map(lambda job: post(*job), jobs))
        assert set(statuses) == {200}
        with database.reading() as session:
            votes = session.scalar(select(func.count()).select_from(models.Vote))
        assert votes == len(jobs) // DUPLICATES == sum(len(dealt) for *_, dealt in seats)

    def test_rivals_with_other_keys_leave_one_vote(self, database, seats):
        jobs = [
            (app, cookie, f"{at}vote/{dealt[0]['token']}", {"choice": choice, "key": f"{at}{n}"})
            for app, cookie, at, dealt in seats
            for n, choice in enumerate(("left", "right", "both_bad", "both_good"))
        ]
        random.Random(2).shuffle(jobs)
        with ThreadPoolExecutor(THREADS) as pool:
            statuses = list(pool.map(lambda job: post(*job), jobs))
        assert sorted(set(statuses)) == [200, 409]
        assert statuses.count(200) == RATERS
        with database.reading() as session:
            assert session.scalar(select(func.count()).select_from(models.Vote)) == RATERS
