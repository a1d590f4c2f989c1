"""Patient raters with a shared link who compare notes: nothing but HTTP, for attacks by tests."""

import random
from collections.abc import Iterator

from sqlalchemy import select

from service.database import Database, now
from service.domain.sitting import GoldTexts
from service.settings import Settings
from service.store import models
from service.usecases import invites
from service.usecases.sighted.studies import shelving
from service.web.app import create_app
from tests import factories


def shuffled(author: str, number: int) -> str:
    """A text that tells nothing, the order of which says nothing about its author either."""
    own = random.Random(f"{author} {number}").getrandbits(64)
    return f"{own:x} is what text {number} says."


class Crowd:
    """One person, or many who talk, with a shared link and patience."""

    def __init__(self, database: Database, folder, **study) -> None:
        self.database = database
        with database.transaction() as session:
            self.made = factories.make_study(session, **{"votes_per_matchup": 999, **study})
            if gold := study.get("options", {}).get("gold"):
                row = session.get_one(models.Study, self.made.id)
                texts = [GoldTexts(**one) for one in gold]
                shelving.fill(session, row, texts, now(session))
            link = invites.make(
                session, self.made.name, "shared", "", now(session), factories.KEY
            ).link_token
        self.door = f"/i/{link}"
        self.app = create_app(
            Settings(data_dir=folder, secret_key=factories.KEY), database, rng=random.Random(11)
        )

    def sit_down(self, number: int) -> "Sitting":
        client = self.app.test_client()
        answer = client.post(self.door, data={"name": f"R{number}", "key": f"press {number}"})
        return Sitting(client, f"/rate/{answer.location.split('/')[2]}/")

    def author_of(self) -> dict[str, int]:
        """Which configuration wrote a text, by the text as raters see it; gold is nobody's."""
        of_study = models.Completion.study_id == self.made.id
        with self.database.reading() as session:
            rows = session.scalars(select(models.Completion).where(of_study))
            return {row.html[0]: row.configuration_id for row in rows if row.html}


class Sitting:
    def __init__(self, client, at: str) -> None:
        self.client = client
        self.at = at

    def all_dealt(self):
        """Skip through everything, and yield what lay there."""
        while waiting := self.client.get(self.at + "next").get_json()["assignments"]:
            for dealt in waiting:
                yield dealt
                self.skip(dealt)

    def act(self, rng: random.Random) -> Iterator[tuple[dict, int, int]]:
        """Vote, skip, flag and take back by chance; yield what lay there, and what followed.

        What followed is how the total moved, and the size of the answer.
        """
        told = self.client.get(self.at + "next").get_json()
        while told["assignments"]:
            dealt, chance = told["assignments"][0], rng.random()
            here, key, before = dealt["token"], dealt["token"], told["progress"]["total"]
            if chance < 0.1:
                self._send(f"flag/{here}", kind="broken", note="", key=f"f{key}")
            if chance < 0.5:
                answer = self._send(f"skip/{here}", key=f"s{key}")
            else:
                have = [one["token"] for one in told["assignments"][1:]]
                said = rng.choice(["left", "right", "both_bad"])
                answer = self._send(f"vote/{here}", choice=said, key=f"v{key}", have=have)
            if 0.4 < chance < 0.6:
                self._send("undo", key=f"u{key}", token=here)
                stands = 2 if chance >= 0.5 else 0
                self._send(f"vote/{here}", choice="left", key=f"w{key}", supersedes=stands)
            told = self.client.get(self.at + "next").get_json()
            yield dealt, told["progress"]["total"] - before, len(answer.data)

    def _send(self, where: str, **body):
        answer = self.client.post(self.at + where, json=body)
        assert answer.status_code == 200, answer.data
        return answer

    def vote_on(self, number: int) -> None:
        for at in range(number):
            dealt = self.client.get(self.at + "next").get_json()["assignments"][0]
            body = {"choice": "left", "key": f"{self.at}{at}"}
            self.client.post(f"{self.at}vote/{dealt['token']}", json=body)

    def skip(self, dealt, key: str = ""):
        body = {"key": key or f"s-{dealt['token']}"}
        return self.client.post(f"{self.at}skip/{dealt['token']}", json=body).get_json()["progress"]

    def undo(self, dealt, key: str):
        return self.client.post(
            self.at + "undo", json={"key": key, "token": dealt["token"]}
        ).get_json()["progress"]
