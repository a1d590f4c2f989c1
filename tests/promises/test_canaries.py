"""Unique strings in every secret of a study, looked for in everything a rater can see."""

import base64
import functools
import gzip
import html
import logging
import os
import secrets
from urllib.parse import quote

import pytest
from sqlalchemy import inspect, select
from sqlalchemy.orm import Session

from service.database import Database, now
from service.store import models
from service.usecases import invites
from tests import boards, databases, factories
from tests.promises import declared, worlds
from tests.promises.worlds import Coin, Journey, World

CANARY = "kanari0123456789"


class Cage:
    """Makes canaries and knows where each one was put."""

    def __init__(self) -> None:
        self.placed: dict[str, str] = {}

    def put(self, where: str) -> str:
        canary = f"kanari{secrets.token_hex(5)}"
        self.placed[canary] = where
        return canary


@functools.cache
def encodings(canary: str) -> dict[str, bytes]:
    """The six disguises in which a canary is looked for, base64 at each of its three offsets."""
    raw = canary.encode()
    made = {
        "raw": raw,
        "hex": raw.hex().encode(),
        "percent": "".join(f"%{byte:02X}" for byte in raw).encode(),
        "reversed": raw[::-1],
        "utf-16": canary.encode("utf-16-le"),
    }
    for offset in range(3):
        padded = base64.b64encode(b"\0" * offset + raw)
        first = -(-offset * 8 // 6) + (1 if offset else 0)
        last = (offset + len(raw)) * 8 // 6
        made[f"base64 at {offset}"] = padded[first:last]
    return made


def views(body: bytes) -> list[bytes]:
    """A body as it came, in lower case, unpacked, and with entities resolved."""
    opened = gzip.decompress(body) if body[:2] == b"\x1f\x8b" else body
    plain = html.unescape(opened.decode("utf-8", "replace")).encode("utf-8", "replace")
    return list({body, opened, plain, opened.lower()})


def find(canaries, body: bytes) -> list[str]:
    """Return which canaries a body holds, and how disguised."""
    shown = views(body)
    forms = {canary: encodings(canary) for canary in canaries}
    found = []
    for name in encodings(CANARY):
        # All canaries begin alike: where that does not stand, none of them does.
        disguises = [disguised[name] for disguised in forms.values()]
        beginning = os.path.commonprefix(disguises)  # noqa: RUF071 - of bytes, no paths
        if any(beginning in view for view in shown):
            found += [
                f"{canary} ({name})"
                for canary, disguised in forms.items()
                if any(disguised[name] in view for view in shown)
            ]
    return found


def caged_world(cage: Cage) -> World:
    def configuration(identity: str) -> dict:
        return {
            "model": f"{'agent' if identity == 'odd' else 'openai'}/{cage.put('model')}",
            "endpoint": cage.put("endpoint"),
            "system_prompt": f"You are {cage.put('system prompt')}.",
            "template": "{{prompt}} " + cage.put("template"),
            "parameters": {cage.put("parameter"): cage.put("parameter value")},
            "examples": [{"user": cage.put("example"), "assistant": cage.put("its answer")}],
            "retrieval": {"collection": cage.put("digest"), "name": cage.put("collection name")},
            "fingerprint": cage.put("fingerprint"),
            "approach": cage.put("approach"),
            "shows": cage.put("field that is shown"),
            "paused_because": cage.put("reason of the pause"),
        }

    def completion(identity: str) -> dict:
        return {
            "turns": [cage.put("raw text")],
            "leaks": {"found": [cage.put("leak")]},
            "details": {"provider": cage.put("detail"), "whole": [cage.put("whole answer")]},
            "finish_reason": cage.put("finish reason"),
            "error_class": cage.put("error class"),
            "error_message": cage.put("error message"),
            "origin": cage.put("origin"),
        }

    def evidence(identity: str) -> dict:
        return {
            "passages": [{"source": cage.put("source"), "text": cage.put("passage"), "score": 1}],
            "traces": [{cage.put("step"): cage.put("trace")}],
        }

    return World(
        "caged",
        name=lambda identity: cage.put(f"name of {identity}"),
        configuration=configuration,
        completion=completion,
        evidence=evidence,
        study={"name": cage.put("study name"), "options": {"note": cage.put("option")}},
    )


def add_more(database: Database, cage: Cage) -> None:
    """Put canaries into what surrounds a study: prompts, other raters, failed completions."""
    with database.transaction() as session:
        shelf = session.scalars(select(models.Study).where(models.Study.state == "shelf")).one()
        study = session.scalars(select(models.Study).where(models.Study.state == "open")).one()
        for end in session.scalars(select(models.Configuration).filter_by(study_id=shelf.id)):
            end.name = cage.put("which gold is better")
        for prompt in session.scalars(select(models.Prompt)):
            prompt.key = cage.put("prompt key")
            prompt.reference = cage.put("reference")
            prompt.tags = [cage.put("tag")]
            prompt.variables = {"x": cage.put("variable")}
        add_ladder(session, cage)
        failed = factories.make_configuration(session, study.id, cage.put("failed one"))
        for prompt_id in session.scalars(select(models.Prompt.id)).all():
            factories.make_completion(
                session, study.id, failed, prompt_id, cage.put("failed text"), state="failed"
            )
        add_outcome(session, study, cage)
        add_judged(session, study, cage)
        made = invites.make(
            session, study.name, "shared", cage.put("label"), now(session), factories.KEY
        )
        invites.start_rating(
            session, made.link_token, cage.put("another's name"), now(session), factories.KEY
        )


def add_outcome(session: Session, study: models.Study, cage: Cage) -> None:
    """Put canaries into what was decided on a leaderboard, and into a link to its report."""
    boards.keep(session, study.id, boards.board())
    session.flush()
    board = session.scalars(select(models.Leaderboard).filter_by(study_id=study.id)).one()
    session.add(
        models.Decision(
            study_id=study.id,
            leaderboard_id=board.id,
            chosen=cage.put("what was chosen"),
            decided_by=cage.put("who decided"),
            reason=cage.put("reason of the decision"),
            is_against=True,
            said=[cage.put("what the card said")],
            digest=cage.put("digest of the leaderboard"),
            recorded_by=cage.put("who recorded it"),
            created_at=factories.MOMENT,
        )
    )
    session.add(
        models.Share(
            study_id=study.id,
            handle=cage.put("handle of a shared report"),
            token_hash=cage.put("hash of its token"),
            label=cage.put("label of a shared report"),
            shows_texts=True,
            created_at=factories.MOMENT,
            expires_at=factories.later(60),
        )
    )


def add_judged(session: Session, study: models.Study, cage: Cage) -> None:
    """Put canaries into a judge and what it said, a declared end, a pre-registration, a webhook."""
    declared.surround(session, study)
    study.intent = {"question": cage.put("question of the study")}
    study.unsealed_because = cage.put("why it was unsealed")
    study.end_met = {**study.end_met, "leader": cage.put("who led at the end")}
    study.prompt_set = {**study.prompt_set, "title": cage.put("prompt set")}
    session.scalars(select(models.Judge)).one().criterion = cage.put("criterion of a judge")
    session.scalars(select(models.JudgeVersion)).one().rubric = cage.put("rubric")
    session.scalars(select(models.Preregistration)).one().content = cage.put("pre-registration")
    session.scalars(select(models.Webhook)).one().address = cage.put("address of a webhook")
    for grade in session.scalars(select(models.PoolGrade)):
        grade.reason = cage.put("reason of a grade")
    for judged in session.scalars(select(models.Judgement)):
        judged.reason = cage.put("reason of a judge")


def add_ladder(session: Session, cage: Cage) -> None:
    """Put canaries into a collection with its document, and into stored calls."""
    document, collection = cage.put("document digest"), cage.put("collection digest")
    session.add(
        models.Document(digest=document, text=cage.put("document"), created_at=factories.MOMENT)
    )
    session.add(models.Collection(digest=collection, documents=1, created_at=factories.MOMENT))
    session.flush()
    session.add(
        models.Member(
            collection_digest=collection,
            position=0,
            name=cage.put("document name"),
            document_digest=document,
        )
    )
    for completion_id in session.scalars(select(models.Completion.id)).all():
        session.add(
            models.Call(
                completion_id=completion_id,
                turn=0,
                fingerprint=cage.put("call"),
                finish_reason=cage.put("reason of a call"),
                refused=False,
                latency_ms=1,
            )
        )


def dump(database: Database) -> bytes:
    """Every value of every row."""
    names = inspect(database.engine).get_table_names()
    with database.engine.connect() as connection:
        rows = [connection.exec_driver_sql(f'SELECT * FROM "{name}"').fetchall() for name in names]
    return repr(rows).encode()


@pytest.fixture(scope="module")
def crawled(tmp_path_factory):
    """A whole journey through a world full of canaries, with what was logged on the way."""
    folder = tmp_path_factory.mktemp("canaries")
    database = Database(databases.fresh_sqlite(databases.sqlite_template(folder), folder))
    worlds.hurry(database)
    cage = Cage()
    link = worlds.build(database, caged_world(cage))
    add_more(database, cage)
    logged: list[str] = []
    handler = logging.Handler()
    handler.emit = lambda record: logged.append(logging.Formatter().format(record))
    root = logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    journey = Journey(database, folder, link, Coin(7))
    try:
        journey.app.add_url_rule("/fail", view_func=lambda: 1 / 0)
        journey.travel()
        journey.client.get("/fail")
    finally:
        root.removeHandler(handler)
        root.setLevel(level)
    yield cage, journey, logged, dump(database)
    database.engine.dispose()


class TestCanaries:
    def test_are_all_in_the_database(self, crawled):
        cage, _, _, rows = crawled
        assert len(cage.placed) > 200
        assert [name for canary, name in cage.placed.items() if canary.encode() not in rows] == []

    def test_reach_no_answer(self, crawled):
        cage, journey, _, _ = crawled
        assert len(journey.seen) > 150
        heads = {repr(seen.headers).encode() + b"\n" + seen.path.encode() for seen in journey.seen}
        assert find(cage.placed, b"\n".join(sorted(heads))) == []
        for body, endpoint in {seen.body: seen.endpoint for seen in journey.seen}.items():
            assert find(cage.placed, body) == [], endpoint

    def test_reach_no_log(self, crawled):
        cage, _, logged, _ = crawled
        assert any("ZeroDivisionError" in line for line in logged)
        assert find(cage.placed, "\n".join(logged).encode()) == []


class TestFind:
    @pytest.mark.parametrize(
        "disguised",
        [
            CANARY.encode(),
            CANARY.upper().encode(),
            CANARY.encode().hex().encode(),
            "".join(f"%{ord(char):02x}" for char in CANARY).upper().encode(),
            quote(CANARY).encode(),
            CANARY[::-1].encode(),
            CANARY.encode("utf-16"),
            gzip.compress(CANARY.encode(), mtime=0),
            "".join(f"&#{ord(char)};" for char in CANARY).encode(),
            *(base64.b64encode(b"x" * offset + CANARY.encode() + b"yz") for offset in range(4)),
            *(base64.b64encode(b"\xff" * offset + CANARY.encode()) for offset in range(4)),
        ],
    )
    def test_sees_through_every_disguise(self, disguised):
        body = disguised if disguised[:2] == b"\x1f\x8b" else b"before " + disguised + b" after"
        assert find([CANARY], body)

    def test_does_not_see_what_is_not_there(self):
        assert find([CANARY], b"kanari0123456788 and other birds") == []
