"""Worlds with the same texts and other secrets, and a rater's journey through all routes."""

import functools
import random
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import event, select
from sqlalchemy.orm import Session

from service.database import Database, now
from service.domain import vote
from service.domain.sitting import GoldTexts, SittingOptions
from service.settings import Settings
from service.store import models
from service.usecases import invites
from service.usecases.blind import flags, places, reasons
from service.usecases.sighted.studies import shelving
from service.web import static
from service.web.app import create_app
from service.web.languages import Language
from tests import factories
from tests.promises import stumbles, suggestions

IDENTITIES = ("calm", "brisk", "long", "odd")
PROMPTS = 6
FINISHING = "rater.finishing"
# More than all that a rater can be dealt here: 36 matchups, 5 of them a panel's, 2 repeats, 4 gold.
MOST = 60
GOLD = tuple(GoldTexts(f"Gold {n}?", f"Good text {n}.", f"Bad text {n}.") for n in range(4))
QUOTA = 7
ASKED = SittingOptions(
    quota=QUOTA,
    repeats=0.05,
    criteria=("Kind", "Right"),
    grades="with_votes",
    gold=GOLD,
    probes=("more words",),
    norming=5,
    norming_holds=False,
    submissions=suggestions.WAITING,
).to_stored()


def text_of(identity: str, number: int) -> str:
    """What an identity answers in every world."""
    return f"In a {identity} voice: {number}. " + "More words. " * (len(identity) + number)


@dataclass(frozen=True)
class World:
    """Everything about configurations that a rater must not be able to tell."""

    label: str
    order: tuple[str, ...] = IDENTITIES
    prompts: tuple[int, ...] = tuple(range(PROMPTS))
    name: Callable[[str], str] = lambda identity: f"configuration-{identity}"
    configuration: Callable[[str], dict[str, Any]] = lambda _: {}
    completion: Callable[[str], dict[str, Any]] = lambda _: {}
    evidence: Callable[[str], dict[str, Any]] = lambda _: {}
    # Which configuration wrote the text of a voice: the same for all prompts, or another for each.
    author: Callable[[str, int], str] = lambda identity, _: identity
    # What a voice answers: all different, unless a test has some look alike.
    says: Callable[[str, int], str] = text_of
    has_noise: bool = False
    study: dict[str, Any] = field(default_factory=dict)
    # What surrounds the study once all else is there.
    surround: Callable[[Session, models.Study], None] = lambda *_: None


def hurry(database: Database) -> None:
    """Let SQLite not wait for the disk: these databases outlive no power cut."""
    event.listen(
        database.engine, "connect", lambda raw, _: raw.execute("PRAGMA synchronous=OFF").close()
    )


def build(database: Database, world: World) -> str:
    """Fill a database with a world; return the token of a personal invite."""
    with database.transaction() as session:
        if world.has_noise:
            noise = factories.make_study(session, "noise", prompts=4, configurations=("N1", "N2"))
            factories.make_rater(session, noise, "Nora")
        study = factories.make_study(
            session,
            world.study.get("name", "study"),
            configurations=(),
            prompts=0,
            **{
                "votes_per_matchup": 2,
                **{key: value for key, value in world.study.items() if key != "name"},
                "options": {**ASKED, **_guesses(world), **world.study.get("options", {})},
            },
        )
        made = {
            identity: factories.make_configuration(
                session, study.id, world.name(identity), **world.configuration(identity)
            )
            for identity in world.order
        }
        for number in world.prompts:
            prompt = factories.make_prompt(session, study.id, number, f"Question {number}?")
            for identity in world.order:
                completion_id = factories.make_completion(
                    session,
                    study.id,
                    made[world.author(identity, number)],
                    prompt,
                    world.says(identity, number),
                    **world.completion(identity),
                )
                if behind := world.evidence(identity):
                    session.add(models.Evidence(completion_id=completion_id, **behind))
            row = session.get_one(models.Prompt, prompt)
            row.is_dealable = True
            places.recount(session, session.get_one(models.Study, study.id), prompt)
        row = session.get_one(models.Study, study.id)
        shelving.fill(session, row, GOLD, now(session))
        world.surround(session, row)
        return invites.make(
            session, study.name, "personal", "Ben", now(session), factories.KEY
        ).link_token


def _guesses(world: World) -> dict[str, Any]:
    """Let raters guess after finishing: the same labels in every world, for other names."""
    return {"labels": {f"Label {identity}": world.name(identity) for identity in IDENTITIES}}


class Coin(random.Random):
    """Chance with a known seed, whose sides always fall the same way where `side` is set."""

    def __init__(self, seed: int, side: float | None = None) -> None:
        super().__init__(seed)
        self.side = side

    def random(self) -> float:
        return super().random() if self.side is None else self.side

    def getrandbits(self, k: int, /) -> int:
        return super().getrandbits(k)


@dataclass(frozen=True)
class Seen:
    """One answer, as the rater's browser got it."""

    endpoint: str
    method: str
    path: str
    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes


class Journey:
    """One rater who goes through every route, in every world the same way."""

    def __init__(
        self,
        database: Database,
        folder: Path,
        link: str,
        rng: random.Random,
        *,
        language: str = "",
        speaks: Mapping[str, Language] | None = None,
        **settings: Any,
    ) -> None:
        self.app: Flask = create_app(
            Settings(data_dir=folder, secret_key=factories.KEY, **settings),
            database,
            rng=rng,
            speaks=speaks,
        )
        self.code = language or "de"
        self.headers = {"Accept-Language": language} if language else {}
        self.database = database
        self.client = self.app.test_client()
        self.addresses = self.app.url_map.bind("localhost")
        self.link = link
        self.seen: list[Seen] = []
        self.texts: list[tuple[str, str]] = []

    def ask(self, endpoint: str, method: str = "GET", *, query: str = "", **options: Any):
        """Make one request and remember what came."""
        values = options.pop("values", {})
        path = self.addresses.build(f"rater.{endpoint}", values) + query
        headers = {**self.headers, **options.pop("headers", {})}
        answer = self.client.open(path, method=method, headers=headers, **options)
        self.seen.append(
            Seen(endpoint, method, path, answer.status_code, tuple(answer.headers), answer.data)
        )
        return answer

    def sit_long(self) -> list[Seen]:
        """Judge until nothing is left: repeats and gold come on the way."""
        self._arrive()
        for step in range(MOST):
            dealt = self.ask("upcoming", values=self.at).get_json()["assignments"]
            if not dealt:
                break
            here = {**self.at, "token": dealt[0]["token"]}
            self.texts.append((dealt[0]["left"], dealt[0]["right"]))
            self.ask("rate", values=self.at)
            body = {"choice": ("left", "right")[step % 2], "key": f"v-{here['token']}"}
            self.ask("cast", "POST", values=here, json=body)
            body = {"criteria": ["left", "equal"], "grades": [4, 2], "key": body["key"]}
            self.ask("keep_marks", "POST", values=here, json=body)
        for endpoint in ("rate", "pause", "finishing"):
            self.ask(endpoint, values=self.at)
        self.ask("finish", "POST", values=self.at)
        self.ask("done", values=self.at)
        stumbles.close_the_door(self)
        return self.masked()

    def sit_in_one(self) -> list[Seen]:
        """Judge until nothing is left, each answer bringing what comes next; skip now and then."""
        self._arrive()
        waiting = self.ask("upcoming", values=self.at).get_json()["assignments"]
        for step in range(MOST):
            if not waiting:
                break
            dealt = waiting.pop(0)
            self.texts.append((dealt["left"], dealt["right"]))
            body = {"key": f"v-{dealt['token']}", "have": [piece["token"] for piece in waiting]}
            here = {**self.at, "token": dealt["token"]}
            if step % 9 == 4:
                answer = self.ask("skip", "POST", values=here, json=body)
            else:
                body["choice"] = ("left", "right")[step % 2]
                answer = self.ask("cast", "POST", values=here, json=body)
            waiting += answer.get_json()["assignments"]
        self.ask("finish", "POST", values=self.at)
        self.ask("done", values=self.at)
        return self.masked()

    def travel(self) -> list[Seen]:
        """Visit every route, and vote, skip, flag, undo and finish on the way."""
        self._arrive()
        self.ask("undo", "POST", values=self.at, json={"key": "too early"})
        self.ask("undo", "POST", values=self.at, data={"key": "too early by form"})
        for step in range(12):
            self._judge(step)
        stumbles.skip_by_form(self)
        stumbles.send_nonsense(self)
        self._overdo()
        suggestions.suggest(self)
        self._look_around()
        self._lose_the_way()
        self._leave()
        self._share_a_browser()
        for name in static.RATER.every:
            self.ask("asset", values={"version": static.RATER.version, "name": name})
        return self.masked()

    def _arrive(self) -> None:
        door = {"token": self.link}
        self.ask("nothing_here")
        self.ask("landing", values=door)
        answer = self.ask("start", "POST", values=door)
        self.at = {"handle": answer.location.split("/")[2]}

    def _judge(self, step: int) -> None:
        self.ask("rate", values=self.at)
        if step == 0:
            self.ask("practice", values=self.at)
            self.ask("practice", "POST", values=self.at, data={"choice": "left"})
            self.ask("practice", values=self.at, query="?lines=1")
            self.ask("practice", "POST", values=self.at, data={"grade-left": "1"})
        dealt = self.ask("upcoming", values=self.at).get_json()["assignments"]
        token = dealt[0]["token"]
        self.texts.append((dealt[0]["left"], dealt[0]["right"]))
        here = {**self.at, "token": token}
        choice = ("left_much", "both_bad", "right")[step % 3]
        body = {"choice": choice, "key": f"key-{step}-{token}", "duration_ms": 30_000, "have": []}
        if step == 2:
            self.ask("skip", "POST", values=here, json={"key": "s", "have": [token]})
            return
        if step == 3:
            self.ask("flag_form", values=here)
            self.ask("flag", "POST", values=here, json={"kind": "broken", "note": "odd"})
        if step % 2:
            self.ask("cast", "POST", values=here, data=body)
        else:
            held = [one["token"] for one in dealt[1:3]]
            self.ask("cast", "POST", values=here, json={**body, "have": held})
        self.ask("cast", "POST", values=here, json={**body, "key": f"other-{step}-{token}"})
        self.ask("skip", "POST", values=here, json={"key": f"too late {token}"})
        self._mark(step, here)
        if step == 0:
            why = {"kinds": ["clear"], "note": "short", "key": f"why-{token}"}
            self.ask("differences", values=here)
            self.ask("reason_form", values=here)
            self.ask("reason", "POST", values=here, json=why)
        if step == 4:
            self.ask("undo", "POST", values=self.at, json={"key": f"undo-{token}"})
            self.ask("again", values=here)
        if step == 5:
            again = {**body, "choice": "left", "key": f"anew-{token}", "supersedes": 1}
            self.ask("again", values=here)
            self.ask("cast", "POST", values=here, json=again)

    def _overdo(self) -> None:
        """Go beyond every bound that one matchup has."""
        dealt = self.ask("upcoming", values=self.at).get_json()["assignments"]
        here = {**self.at, "token": dealt[0]["token"]}
        self.ask("cast", "POST", values=here, json={"choice": "left", "key": "first"})
        with self.database.transaction() as session:
            of = session.scalars(select(models.Assignment).filter_by(token=here["token"])).one()
            kept = {"assignment_id": of.id, "created_at": now(session), "note": ""}
            said = {"assignment_id": of.id, "created_at": now(session), "choice": "left"}
            session.add_all(
                [
                    *(
                        models.Flag(kind="other", withdraws=False, client_key=f"f{n}", **kept)
                        for n in range(flags.MOST_FLAGS)
                    ),
                    *(
                        models.Reason(kinds=["clear"], client_key=f"r{n}", **kept)
                        for n in range(reasons.MOST_REASONS)
                    ),
                    *(
                        models.Vote(
                            revision=n, client_key=f"c{n}", body_hash="", is_late=False, **said
                        )
                        for n in range(2, vote.MOST_REVISIONS + 1)
                    ),
                ]
            )
        said = {"choice": "right", "key": "much", "supersedes": vote.MOST_REVISIONS}
        self.ask("flag", "POST", values=here, json={"kind": "broken", "key": "too much"})
        self.ask("reason", "POST", values=here, json={"kinds": ["clear"], "key": "much"})
        self.ask("cast", "POST", values=here, json=said)
        self.ask("undo", "POST", values=self.at, json={"key": "no more", "token": here["token"]})
        assert [seen.status for seen in self.seen[-4:]] == [409] * 4

    def _mark(self, step: int, here: dict[str, str]) -> None:
        """Answer the lines that the vote waits for, some by form and some by the module."""
        self.ask("rate", values=self.at)
        self.ask("upcoming", values=self.at)
        self.ask("marks", values=here)
        grades = (step % 5 + 1, 3)
        sent = {"criteria": ["left", "equal"], "grades": grades, "key": f"m-{here['token']}"}
        sent["have"] = []
        if step % 2:
            self.ask("keep_marks", "POST", values=here, json=sent)
        else:
            filled = {"criterion-0": "left", "criterion-1": "right", "key": sent["key"]}
            filled |= {"grade-left": grades[0], "grade-right": grades[1]}
            self.ask("keep_marks", "POST", values=here, data=filled)
        self.ask("keep_marks", "POST", values=here, json={**sent, "key": f"n-{here['token']}"})
        self.ask("marks", values=here)

    def _look_around(self) -> None:
        for endpoint in ("own_votes", "pause", "finishing", "done", "help", "link"):
            self.ask(endpoint, values=self.at)
        self.ask("upcoming", values=self.at, query="?have=nothing")

    def _lose_the_way(self) -> None:
        """Every route with every method, for a stranger's token too."""
        # Its address finishes when it is posted to; after that, nothing here takes a vote back.
        rules = sorted(self.app.url_map.iter_rules(), key=lambda rule: rule.endpoint != FINISHING)
        for rule in rules:
            if not rule.endpoint.startswith("rater."):
                continue
            known = {"token": "nothing", "version": "0", "name": "nothing.js", **self.at}
            unknown = rule.arguments - set(known)
            assert not unknown, f"{rule}: teach the journey what {unknown} means"
            values = {name: known[name] for name in rule.arguments}
            name = rule.endpoint.removeprefix("rater.")
            for method in ("GET", "HEAD", "OPTIONS", "PUT", "PATCH", "DELETE", "POST"):
                if name == "finish" and method == "POST":
                    continue
                self.ask(name, method, values=values)

    def _leave(self) -> None:
        self.ask("finish", "POST", values=self.at)
        self.ask("done", values=self.at)
        suggestions.suggest_too_late(self)
        self._guess()
        self.ask("rate", values=self.at)
        self.ask("upcoming", values=self.at)
        with self.app.test_request_context():
            back = self.app.url_for("rater.own_votes", **self.at)
        self.ask("speak", "POST", data={"code": self.code, "back": back})
        self.ask("landing", values={"token": self.link})

    def _guess(self) -> None:
        for _ in range(9):
            page = self.ask("closing_question", values=self.at)
            found = re.search(r'hunch/([\w-]{22})"', page.text)
            if not found:
                return
            answer = re.search(r'name="answer" value="([^"]+)"', page.text)[1]
            here = {**self.at, "token": found[1]}
            self.ask("answer_question", "POST", values=here, data={"answer": answer})

    def _share_a_browser(self) -> None:
        """Through a shared link: somebody new, the same again, and then somebody else."""
        with self.database.transaction() as session:
            rater = session.scalars(select(models.Rater).filter_by(**self.at)).one()
            study = session.get_one(models.Study, rater.study_id)
            made = invites.make(session, study.name, "shared", "", now(session), factories.KEY)
        door = {"token": made.link_token}
        self.ask("landing", values=door)
        answer = self.ask("start", "POST", values=door, data={"name": "Ada", "key": "press"})
        here = {"handle": answer.location.split("/")[2]}
        self.ask("link", values=here)
        token = self.ask("upcoming", values=here).get_json()["assignments"][0]["token"]
        self.ask("skip", "POST", values={**here, "token": token}, json={"key": "shared"})
        self.ask("landing", values=door)
        for anew in ({}, {"anew": "yes", "key": "press again"}):
            answer = self.ask("start", "POST", values=door, data=anew)
        self.ask("link", values={"handle": answer.location.split("/")[2]})
        stumbles.come_where_all_waits(self, door)
        stumbles.come_through_a_crowd(self, made.handle, door)

    def masked(self) -> list[Seen]:
        """Everything seen, random tokens replaced by as many stars."""
        # The same headers come again and again.
        mask = functools.cache(functools.partial(_mask, secrets=self._random_tokens()))
        return [
            Seen(
                seen.endpoint,
                seen.method,
                mask(seen.path),
                seen.status,
                tuple((name, mask(value)) for name, value in seen.headers),
                mask(seen.body.decode("latin-1")).encode("latin-1"),
            )
            for seen in self.seen
        ]

    def _random_tokens(self) -> list[str]:
        with self.database.reading() as session:
            found = [
                *session.scalars(select(models.Assignment.token)),
                *session.scalars(select(models.Rater.handle)),
                *session.scalars(select(models.ClosingAnswer.token)),
                *session.scalars(select(models.Invite.handle)),
            ]
            for invite in session.scalars(select(models.Invite)):
                found += invites.link_token(invite, factories.KEY).split(".")
        for seen in self.seen:
            found += re.findall(r'name="key" value="([\w-]{22})u?"', seen.body.decode("latin-1"))
            for name, value in seen.headers:
                if name == "Set-Cookie":
                    found += re.findall(r"evenhand_rater=([0-9a-f]{32});", value)
        return sorted(set(found), key=len, reverse=True)


def _mask(text: str, secrets: list[str]) -> str:
    """Hide random tokens, and the one time that an answer holds: when the cookie will end."""
    # Most texts hold few: looked for are those that begin in one of the text's own runs.
    runs = "\n".join(set(re.findall(rf"[A-Za-z0-9_-]{{{len(secrets[-1])},}}", text)))
    for secret in secrets:
        if secret in runs:
            text = text.replace(secret, "*" * len(secret))
    return re.sub(r"Expires=[^;]{29};", "Expires=…;", text)


def later(days: int) -> Any:
    return factories.MOMENT + timedelta(days=days)
