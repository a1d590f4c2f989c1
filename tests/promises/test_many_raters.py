"""Raters at work together: a panel, prompts they suggest and places that lapse tell no authors."""

import random
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from service.database import Database, now
from service.store import models
from service.usecases import invites
from service.usecases.sighted.generation import publishing
from service.usecases.sighted.studies import norming_results, submissions
from tests import databases, factories
from tests.promises import worlds
from tests.promises.test_blindness import BASE, DEALT_OUT, OTHERS
from tests.promises.worlds import IDENTITIES, Coin, Journey, World

STEPS = 60
SUGGESTED = "How do roses grow?"
# Where one comes in that nobody had before, where it is answered, and where the panel is let go on.
TAKEN, ANSWERED, LET_GO_ON = 12, 18, 26
OPTIONS = {
    "quota": 0,
    "criteria": [],
    "grades": "none",
    "repeats": 0.1,
    "norming": 9,
    "norming_holds": True,
    "withdraws_flagged": True,
    "flags_to_withdraw": 2,
}


def in_this_study(world: World) -> World:
    study = {**world.study, "options": {**world.study.get("options", {}), **OPTIONS}}
    return replace(world, study=study)


def sit_down(database: Database, folder, world: World, rng: Coin) -> list[Journey]:
    links = [worlds.build(database, world)]
    with database.transaction() as session:
        study = session.scalars(select(models.Study).filter_by(name=name_of(world))).one()
        links += [
            invites.make(
                session, study.name, "personal", name, now(session), factories.KEY
            ).link_token
            for name in ("Ada", "Cy", "Di")
        ]
    sitters = [Journey(database, folder, link, rng) for link in links]
    for one in sitters:
        one._arrive()
    return sitters


def name_of(world: World) -> str:
    return world.study.get("name", "study")


def act(rater: Journey, chance: random.Random, step: int) -> None:
    """Judge by what stands there, leave out, report and take back by chance."""
    waiting = rater.ask("upcoming", values=rater.at).get_json()["assignments"]
    if step % 7 == 0:
        rater.ask("rate", values=rater.at)
        rater.ask("own_prompts", values=rater.at)
    if not waiting:
        return
    here, body = {**rater.at, "token": waiting[0]["token"]}, {"key": f"a {step}"}
    rater.texts.append((waiting[0]["left"], waiting[0]["right"]))
    draw = chance.random()
    if draw < 0.15:
        rater.ask("flag", "POST", values=here, json={"kind": "broken", "key": f"f {step}"})
    if draw < 0.3:
        rater.ask("skip", "POST", values=here, json=body)
    else:
        # In one world the calm voice is one author's, who wins all; in another it is everybody's.
        likes = "left" if "calm voice" in waiting[0]["left"] else "right"
        rater.ask("cast", "POST", values=here, json={**body, "choice": likes})
    if 0.2 < draw < 0.4:
        rater.ask("undo", "POST", values=rater.at, json={"key": f"u {step}"})


def look_after(database: Database, world: World, step: int, chance: random.Random) -> None:
    """What a researcher does, and workers: answers come in the order of this world."""
    with database.transaction() as session:
        study = session.scalars(select(models.Study).filter_by(name=name_of(world))).one()
        if step == TAKEN:
            row = session.scalars(select(models.Submission).filter_by(text=SUGGESTED)).one()
            submissions.accept(session, study.name, [row.id], (), "Iris", now(session))
        if step == ANSWERED:
            answer(session, study, world)
        if step == LET_GO_ON:
            norming_results.go_on(session, study.name, "Iris", now(session))
        lying = select(models.Rater.id).filter_by(study_id=study.id).order_by(models.Rater.id)
        session.execute(
            update(models.Assignment)
            .where(
                models.Assignment.rater_id == chance.choice(session.scalars(lying).all()),
                models.Assignment.state == "dealt",
            )
            .values(lease_until=now(session) + timedelta(minutes=chance.choice((-9, 15))))
        )


def answer(session, study: models.Study, world: World) -> None:
    prompt_id = session.scalars(
        select(models.Submission.prompt_id).where(models.Submission.prompt_id.is_not(None))
    ).first()
    for row in session.scalars(select(models.Completion).filter_by(prompt_id=prompt_id)):
        session.delete(row)
    session.flush()
    made = {
        row.name: row.id
        for row in session.scalars(select(models.Configuration).filter_by(study_id=study.id))
    }
    for identity in world.order:
        of = made[world.name(world.author(identity, worlds.PROMPTS))]
        state = {"state": "failed"} if identity == "odd" else {}
        text = worlds.text_of(identity, worlds.PROMPTS)
        factories.make_completion(session, study.id, of, prompt_id, text, **state)
    publishing.settle(session, prompt_id)


def play(database: Database, folder, world: World, coin: Coin) -> list[Journey]:
    worlds.hurry(database)
    sitters = sit_down(database, folder, world, coin)
    chance = random.Random(31)
    for number, text in enumerate((SUGGESTED, "how do ROSES grow", "Question 1?")):
        said = {"text": text, "key": "new"}
        sitters[number].ask("suggest", "POST", values=sitters[number].at, json=said)
    for step in range(STEPS):
        act(chance.choice(sitters), chance, step)
        look_after(database, world, step, chance)
    with database.reading() as session:
        rows = session.execute(select(models.Assignment.kind, models.Assignment.state)).all()
    sitters[0].kinds, sitters[0].states = map(set, zip(*rows, strict=True))
    for one in sitters:
        one.ask("finish", "POST", values=one.at)
        one._guess()
        one.transcript = one.masked()
    database.engine.dispose()
    return sitters


@pytest.fixture(scope="module")
def played(tmp_path_factory):
    folder = tmp_path_factory.mktemp("many")
    template = databases.sqlite_template(folder)
    return [
        play(
            Database(databases.fresh_sqlite(template, folder)), folder, in_this_study(one), Coin(8)
        )
        for one in (BASE, OTHERS[1], replace(DEALT_OUT, order=IDENTITIES[::-1]))
    ]


class TestRatersTogether:
    def test_all_receive_the_same_in_every_world(self, played):
        for sitters in played[1:]:
            for one, other in zip(played[0], sitters, strict=True):
                for seen, received in zip(one.transcript, other.transcript, strict=True):
                    assert seen == received

    def test_meet_a_panel_and_what_another_suggested(self, played):
        for sitters in played:
            came = [
                any(b"roses" in seen.body for seen in one.seen if seen.endpoint == "upcoming")
                for one in sitters
            ]
            # Not to who wrote it, nor to who wrote the same.
            assert came[:2] == [False, False]
            assert any(came[2:])
            assert set(sitters[0].kinds) >= {"norming", "regular", "gold"}
            assert "expired" in sitters[0].states
