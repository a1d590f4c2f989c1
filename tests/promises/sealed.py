"""Two worlds that differ in nothing but who is ahead, and walks through all that is sighted.

The same raters press the same keys in the same order; only who stood on which side differs. So
whatever tells the worlds apart tells who is ahead.
"""

import os
import random
import re
import shutil
from collections.abc import Callable, Container, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
from click.testing import CliRunner
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, text

from service import cli
from service.cli.context import Outlet
from service.database import Database, now
from service.domain.budget import Cap
from service.domain.prompt import Prompt
from service.domain.prompt_set import Origin, OriginKind
from service.domain.sitting import SittingOptions
from service.settings import Settings
from service.store import models
from service.usecases import accounts, invites
from service.usecases.blind import flags, reasons
from service.usecases.sighted.judges import asking, making, pools
from service.usecases.sighted.results import compute, decisions, fold, preregistrations, shares
from service.usecases.sighted.studies import (
    drafts,
    norming_results,
    prompt_sets,
    set_uploads,
    uploads,
)
from service.usecases.sighted.studies.set_uploads import Target
from service.web.app import create_app
from tests import factories, sighted_routes
from tests.factories import later
from tests.usecases.sighted.results import rated
from tests.web.researcher import conftest as studios

STUDY = "support-replies"
CANARIES = (
    "kanari-note", "kanari-why", "kanari-decided", "kanari-export", "kanari-judged",
)  # fmt: skip
# Routes that show nothing of any study, or end the walk.
OUTSIDE = {
    "health.livez": "says that the process lives",
    "health.readyz": "says that the database answers",
    "studio.send_file": "stylesheets and scripts",
    "studio.offer_sign_in": "asks who comes",
    "studio.sign_in": "lets somebody in",
    "studio.sign_out": "ends the walk",
    "studio.unseal": "unseals on purpose, which its own test is about",
}
# Commands that show nothing of a study, or do more than tell.
COMMANDS_OUTSIDE = {
    "run": "starts everything",
    "migrate": "changes the schema",
    "sign-in": "prints a link",
    "sweep": "rings for work",
    "backup": "keeps all there is, for whoever owns the installation",
    "restore": "brings a backup back",
    "study delete": "takes drafts alone, which have no results",
    "study unseal": "unseals on purpose, which its own test is about",
    "study schema": "prints a schema",
    "token create": "prints a token",
    "token list": "tells of tokens",
    "token revoke": "withdraws one",
    "study apply": "takes a file",
    "judge grade": "asks for grades of texts that were chosen by chance, without names",
    "traces": "takes answers in from another server",
    "webhook add": "prints a secret",
    "completion": "prints what shells need",
    "study adopt": "turns a file into another",
    "study unpack": "takes a file, which no sealed study becomes",
}
# Routes whose answers are drawn by chance: looked through, and not compared.
BY_CHANCE = {"studio.show_as_seen": "draws two texts and their sides, whoever is ahead"}
# What each command is typed with; several lines where its options show different things.
COMMANDS: dict[str, tuple[tuple[str, ...], ...]] = {
    "check-invariants": ((),),
    "study open": ((STUDY,),),
    "study estimate": ((STUDY,),),
    "study list": ((),),
    "study status": ((STUDY,),),
    "study close": ((STUDY,),),
    "study pause": ((STUDY,),),
    "study resume": ((STUDY,),),
    "study retry": ((STUDY,),),
    "study give-up": ((STUDY,),),
    "study file": ((STUDY,),),
    "study pack": ((STUDY, "--to", "{folder}/pack.zip"),),
    "publish mlflow": ((STUDY,),),
    "publish delta": ((STUDY, "--to", "{folder}/delta"),),
    "publish hub": ((STUDY, "{folder}", "--to", "somebody/something"),),
    "study duplicate": ((STUDY, "Another"),),
    "study doctor": ((STUDY,),),
    "study norming": (
        (STUDY,),
        (STUDY, "--split", "In parts", "--criterion", "Kind", "--criterion", "Short"),
    ),
    "study preregistration": ((STUDY,), (STUDY, "--verify")),
    "submissions": ((STUDY,),),
    "prompts list": ((),),
    "prompts show": (("basics",),),
    "prompts import": (
        ("basics", "{folder}/prompts.csv"),
        ("hard", "--from-study", STUDY, "--only", "hard"),
        ("dividing", "--from-study", STUDY, "--only", "dividing"),
        ("telling", "--from-study", STUDY, "--only", "telling"),
        ("next", "--from-study", STUDY, "--only", "unsaturated"),
    ),
    "prompts draft": (("{folder}/prompts.csv", "--into", "Drafted too"),),
    "prompts propose": (("--task", "x", "--into", "Asked for", "--model", "offline/x"),),
    "prompts send": (("{draft}", "--usd", "1"),),
    "prompts drafts": ((),),
    "prompts review": (("{draft}",),),
    "prompts export": (("basics",),),
    "try": ((STUDY, "--last"),),
    "webhook list": ((STUDY,),),
    "webhook revoke": ((STUDY, "nothing"),),
    "judge list": ((STUDY,),),
    "judge create": ((STUDY, "brief", "--criterion", "x", "--model", "offline/x", "--usd", "1"),),
    "judge edit": ((STUDY, "tone", "--rubric", "y"), (STUDY, "tone", "--usd", "2")),
    "judge run": ((STUDY, "tone"),),
    "judge pause": ((STUDY, "tone"),),
    "judge resume": ((STUDY, "tone"),),
    "judge show": ((STUDY, "tone"),),
    "judge choose": (
        (STUDY, "tone", "--number", "1"),
        (STUDY, "tone", "--source", "hard"),
        (STUDY, "tone", "--source", "divided"),
    ),
    "judge audit": ((STUDY, "tone"), (STUDY, "tone", "--draw", "2")),
    "judge report": ((STUDY, "tone"),),
    "judge gaps": ((STUDY, "tone"),),
    "judge export": (
        (STUDY, "tone", "--out", "{folder}/c.jsonl"),
        (STUDY, "tone", "--what", "audit", "--out", "{folder}/a.jsonl"),
        (STUDY, "tone", "--what", "mlflow", "--out", "{folder}/m.jsonl"),
    ),
    "exclude": ((STUDY, "{rater}", "--because", "x"), (STUDY, "{rater}", "--lift")),
    "flags": ((STUDY,), (STUDY, "--lift", "1", "--because", "x")),
    "invite": ((STUDY, "--name", "Zoe"),),
    "import": ((STUDY, "{folder}/votes.csv", "--kind", "votes"),),
    "export": (
        (STUDY, "--out", "{folder}/out"),
        (STUDY, "--format", "raw", "--out", "{folder}/o2"),
    ),
    "leaderboard": ((STUDY,), (STUDY, "--check"), (STUDY, "--since", "1"), (STUDY, "--verify")),
    "decide": ((STUDY, "--for", "Plain", "--by", "Ada", "--because", "x"),),
    "report": ((STUDY, "--out", "{folder}/report.html"),),
    "share": ((STUDY,), (STUDY, "--days", "3")),
}
MASKS = (
    (re.compile(rb'(name="csrf_token" value=")[^"]*'), rb"\1"),
    # Random tokens and addresses that a change has just made.
    (re.compile(rb"/(i|shared|uploads|_drafts)/[A-Za-z0-9_.-]{12,}"), rb"/\1/"),
    (
        re.compile(rb'("(?:draft|token|handle)": "|prompts (?:review|send) )[\w-]{12,}'),
        rb"\1",
    ),
    (re.compile(rb"^[\w-]{12,}(?=  \d{4}-)", re.MULTILINE), rb""),
    (re.compile(rb"\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d[^\s<\",]*"), b"at"),
)


@dataclass(frozen=True)
class World:
    """An installation in a folder, with a browser that is signed in and what leads to its parts."""

    folder: Path
    app: Flask
    database: Database
    client: FlaskClient
    values: dict[str, tuple[str, ...]]
    points: tuple[str, ...]


@dataclass(frozen=True)
class Answer:
    """What one request was answered with, without what is random."""

    status: int
    body: bytes


def build(template: Path, folder: Path) -> dict[str, Any]:
    """Make the first world: rated, flagged, reasoned, decided, shared, and sealed after that."""
    (folder / "data").mkdir(parents=True, mode=0o700)
    file = folder / "data" / "evenhand.sqlite3"
    shutil.copyfile(template, file)
    database = Database(f"sqlite:///{file}", pool_size=2)
    with database.transaction() as session:
        made = _rated(session)
        study = session.get_one(models.Study, made.id)
        study.end_votes = 100_000
        preregistrations.freeze(session, study, later(0))
        rated.board(session, made)
        decisions.decide(
            session, made.name, None, "Plain", "Ada", "kanari-decided", "x", now(session)
        )
        token = shares.make(session, made.name, "", 365, now(session))
        prompt_sets.make(
            session, "Basics", [Prompt(turns=("Why?",))], Origin(OriginKind.HAND), "ada", later(0)
        )
        draft = drafts.ask_for_logs(
            session, "log.csv", b"prompt\nWhy?\n", "Drafted", 3, "ada", now(session)
        )
        _judged(session, made)
        upload = uploads.keep(
            session, made.name, "more.csv", b"prompt,tags\nWhy?,x\n", now(session)
        )
        set_file = set_uploads.keep(
            session, Target("", "Added"), "set.csv", b"prompt\nWhere?\n", now(session)
        )
        invite = invites.make(session, made.name, "personal", "Dan", now(session), factories.KEY)
        account = models.Account(name="ada", role="admin", created_at=factories.MOMENT)
        session.add(account)
        session.flush()
        link = accounts.make_sign_in_link(session, account.id, now(session))
        export = models.Export(**_EXPORT, study_id=made.id, expires_at=factories.later(10**7))
        session.add(export)
        session.flush()
        session.add(models.ExportPiece(export_id=export.id, number=0, content=b"kanari-export"))
        study.is_sealed = True
        rater = session.scalars(
            select(models.Rater.pseudonym).where(models.Rater.study_id == made.id)
        ).first()
        completion = session.scalars(
            select(models.Completion.id).where(models.Completion.study_id == made.id)
        ).first()
    database.engine.dispose()
    return {
        "link": link,
        "study": made.id,
        "values": {
            "name": (made.name,),
            "handle": (invite.handle,),
            "completion_id": (str(completion),),
            "number": ("1",),
            "token": (upload, token, "made-before", set_file),
            "rater": (str(rater),),
            "plot": ("intervals", "quality-cost"),
            "kind": ("svg",),
            "prompt_set": ("basics",),
            "judge": ("tone",),
            "what": ("calibration", "audit", "mlflow"),
            "draft": (draft,),
            "at": ("1",),
        },
    }


_EXPORT = {
    "token": "made-before",
    "form": "raw",
    "asked": {},
    "state": "ready",
    "fence": 1,
    "matchups": 24,
    "done": 24,
    "rows": 24,
    "size": 13,
    "digest": "ab",
    "note": "",
    "created_at": factories.MOMENT,
}


def _rated(session) -> factories.MadeStudy:
    options = SittingOptions(
        repeats=0, practice=(), criteria=("Kind", "Right"), grades="with_votes", norming=5
    )
    made = factories.make_study(
        session,
        STUDY,
        configurations=("Plain", "Retrieval", "Tuned"),
        prompts=8,
        votes_per_matchup=2,
        options=options.to_stored(),
        completion_fields={"Plain": {"cost_nanos": 10**6}, "Retrieval": {"cost_nanos": 10**7}},
    )
    raters = [factories.make_rater(session, made, name) for name in ("Ben", "Cleo")]
    for rater_id in raters:
        rated.mark(session, rater_id)
    norming_results.go_on(session, STUDY, "ada", later(1))
    for name, rater_id in zip(("Ben", "Cleo"), raters, strict=True):
        rated.mark(session, rater_id)
        first = session.scalars(
            select(models.Assignment.token).where(models.Assignment.rater_id == rater_id)
        ).first()
        flags.flag(session, rater_id, first, "broken", "kanari-note", later(2))
        reasons.add(session, rater_id, first, [], "kanari-why", f"key-{name}", later(2))
    return made


def _judged(session, made: factories.MadeStudy) -> None:
    """Have a judge before the study that has said which text is better, and why."""
    told = making.JudgeTold("Kindness", "offline/lead", rubric="kanari-rubric")
    making.create(session, made.name, "tone", told, Cap(usd=1), "ada", later(0))
    rng = random.Random(1)
    pools.choose(session, made.name, "tone", pools.Source.DRAWN, 2, later(0), rng)
    while sheet := pools.next_to_grade(session, made.name, "tone", "ada"):
        pools.grade(
            session, made.name, "tone", sheet.number, "ada", (5, 1), "kanari-grade", later(1)
        )
    pools.draw_audit(session, made.name, "tone", 2, later(0), rng)
    asking.ask(session, made.name, "tone", 4, later(1), rng)
    for row in session.scalars(select(models.Judgement)):
        row.said, row.reason = "b" if row.is_exchanged else "a", "kanari-judged"
        answer = session.get_one(models.Completion, row.answer_id)
        answer.state, answer.turns, answer.html, answer.text_hash = "ready", ["x"], ["x"], "x"
        answer.attempts, answer.recorded_at = 1, later(1)


def rate_anew(database: Database, study_id: int, *, turned: bool, sealed: bool) -> tuple[str, ...]:
    """Fold and rate, after everybody has changed sides where `turned`; return what is printed."""
    with database.transaction() as session:
        if turned:
            session.execute(
                text(
                    "UPDATE assignment SET first_is_left = NOT first_is_left "
                    "WHERE kind IN ('regular', 'norming') AND study_id = :id"
                ),
                {"id": study_id},
            )
        if not sealed:
            study = session.get_one(models.Study, study_id)
            study.unsealed_at, study.unsealed_by, study.unsealed_because = later(1), "", ""
        # Folding relies on sides that never change: all is counted from nothing.
        session.execute(text("DELETE FROM tally"))
        session.execute(text("DELETE FROM tallied"))
        session.execute(
            text(
                "INSERT INTO dirty (study_id, assignment_id) SELECT study_id, id FROM assignment "
                "WHERE state IN ('voted', 'graded') AND study_id = :id"
            ),
            {"id": study_id},
        )
    with database.transaction() as session:
        while fold.fold(session, study_id):
            pass
        basis = compute.load(session, study_id, now(session))
        board = compute.compute(basis)
        compute.save(session, basis, board, now(session))
    shown = (f"{rating.points:,.0f}" for _, rating in board.competing)
    # With a comma, so that they stand in no hash.
    return tuple(each for each in shown if "," in each and each != "1,000")


def copy(first: Path, made: dict[str, Any], folder: Path, *, turned: bool, sealed: bool) -> World:
    """Make a world out of the first one, its votes turned or not, sealed or not."""
    shutil.copytree(first, folder)
    (folder / "prompts.csv").write_text("prompt\nWhy not?\n")
    (folder / "votes.csv").write_text("prompt,a,b,winner\nWhy?,Plain,Retrieval,a\n")
    database = Database(f"sqlite:///{folder}/data/evenhand.sqlite3", pool_size=4)
    points = rate_anew(database, made["study"], turned=turned, sealed=sealed)
    settings = Settings(
        data_dir=folder / "data", secret_key=factories.KEY, redis_url="redis://127.0.0.1:9/0"
    )
    app = create_app(settings, database)
    client = app.test_client()
    assert studios.press_sign_in(client, made["link"]).status_code == 303
    return World(folder, app, database, client, made["values"], points)


QUERIES = (
    "",
    "first=Plain&second=Retrieval&configuration=Plain&of=Plain&leaderboard=1&texts=1&format=raw",
    "first=Plain&outcomes=tied&part=0&format=chat-pair",
)
# What forms are sent with, so that they get beyond their first question.
FORM = {
    "rater": "{rater}",
    "because": "a reason",
    "flag": "1",
    "title": "Another one",
    "chosen": "configuration:Plain",
    "taken": "dividing",
    "who": "Ada",
    "days": "3",
    "kind": "personal",
    "label": "Eve",
    "names": "Eve",
    "which": "Tuned",
    "decision": "empty",
    "verdict": "accept",
    "code": "en",
    "prompts": "How?",
    "c0": "prompt",
    "version": "basics:1",
}
# Changes that let others go on: the last ones, in this order.
LAST = ("studio.close_study",)


def walk(world: World, *, changes: bool = True) -> Iterator[tuple[str, Answer]]:
    """Yield every sighted request with its answer: all that is read first, then all changes."""
    rules = [rule for rule in sighted_routes.every(world.app) if rule.endpoint not in OUTSIDE]
    for rule in rules:
        if "GET" in (rule.methods or ()):
            for address in sighted_routes.addresses(rule, world.values):
                for query in QUERIES:
                    answer = world.client.get(f"{address}?{query}")
                    yield f"GET {rule.endpoint} {address}?{query}", _answer(world, answer)
    if not changes:
        return
    token = _token(world)
    form = {name: value.format(rater=world.values["rater"][0]) for name, value in FORM.items()}
    rules.sort(key=lambda rule: rule.endpoint in LAST)
    for rule in rules:
        for method in sorted({"POST", "PUT", "PATCH", "DELETE"} & set(rule.methods or ())):
            for address in sighted_routes.addresses(rule, world.values):
                answer = world.client.open(
                    address, method=method, data={"csrf_token": token, **form}
                )
                yield f"{method} {rule.endpoint} {address}", _answer(world, answer)


def _answer(world: World, answer) -> Answer:
    body = answer.get_data() + (answer.location or "").encode()
    answer.close()
    return Answer(answer.status_code, masked(body, world))


def masked(body: bytes, world: World) -> bytes:
    """Return an answer without what is random, of the moment, or of the folder."""
    body = body.replace(str(world.folder).encode(), b"")
    for pattern, instead in MASKS:
        body = pattern.sub(instead, body)
    return body


def _token(world: World) -> str:
    found = re.search(r'name="csrf_token" value="([^"]+)"', world.client.get("/studio/").text)
    assert found
    return found[1]


def leaves(command: click.Command, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Yield every command by the words that it is called with."""
    if not isinstance(command, click.Group):
        yield path
        return
    context = click.Context(command)
    for name in command.list_commands(context):
        found = command.get_command(context, name)
        assert found is not None
        yield from leaves(found, (*path, name))


def type_all(
    world: World, set_environment: Callable[[str, str], None], only: Container[str] = COMMANDS
) -> Iterator[tuple[str, bytes]]:
    """Type every command; yield each with what it prints and writes."""
    set_environment("DATA_DIR", str(world.folder / "data"))
    set_environment("SECRET_KEY", factories.KEY)
    set_environment("REDIS_URL", "redis://127.0.0.1:9/0")
    set_environment("XDG_STATE_HOME", str(world.folder / "state"))
    set_environment("COLUMNS", "200")
    os.environ.pop("DATABASE_URL", None)
    for path in leaves(cli.cli):
        name = " ".join(path)
        if name in COMMANDS_OUTSIDE:
            continue
        assert name in COMMANDS, (
            f"tell the walk how `evenhand {name}` is typed: {__name__}.COMMANDS"
        )
        wanted = COMMANDS[name] if name in only else ()
        for typed in (*wanted, *((*each, "--json") for each in wanted)):
            words = [
                word.format(
                    rater=world.values["rater"][0],
                    folder=world.folder,
                    draft=world.values["draft"][0],
                )
                for word in typed
            ]
            before = _files(world.folder)
            outlet = Outlet()
            result = CliRunner().invoke(cli.cli, [*path, *words], obj=outlet)
            outlet.close()
            said = result.output + str(getattr(result.exception, "message", result.exception or ""))
            written = b"".join(
                place.read_bytes() for place in sorted(_files(world.folder) - before)
            )
            yield " ".join((name, *typed)), masked(said.encode() + written, world)


def _files(folder: Path) -> set[Path]:
    return {each for each in folder.rglob("*") if each.is_file() and "data" not in each.parts}
