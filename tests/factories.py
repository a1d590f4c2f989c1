"""Makes rows for tests: one function per noun, plain defaults, everything overridable."""

import hashlib
import random
import secrets
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from service.blinding.payload import BlindAssignment
from service.database import Database
from service.store import models, raters
from service.usecases import invites
from service.usecases.blind import dealing, places, voting
from service.usecases.sighted.generation import records

KEY = "a-signing-key-for-tests"
MOMENT = datetime(2026, 3, 1, 8, 0, tzinfo=UTC)


@dataclass(frozen=True)
class MadeStudy:
    """A study and the ids of what it holds."""

    id: int
    name: str
    configurations: dict[str, int]
    prompts: list[int]


def make_study(
    session: Session,
    name: str = "support-replies",
    *,
    configurations: Sequence[str] = ("Plain", "Retrieval"),
    prompts: int = 3,
    state: str = "open",
    votes_per_matchup: int = 1,
    text: Callable[[str, int], str] = lambda configuration, number: (
        f"{configuration} says {number}."
    ),
    ready: bool = True,
    configuration_fields: dict[str, dict[str, Any]] | None = None,
    completion_fields: dict[str, dict[str, Any]] | None = None,
    prompt_text: Callable[[int], str] = lambda number: f"Question {number}?",
    **fields: Any,
) -> MadeStudy:
    """Make a study whose completions are ready to be dealt (or pending, with `ready=False`)."""
    study = models.Study(
        **{
            "name": name,
            "title": "Support replies",
            "instructions": "You will see two answers. Choose the one you would rather get.",
            "state": state,
            "votes_per_matchup": votes_per_matchup,
            "dealing": "uniform",
            "render_mode": "full",
            "leak_policy": "report",
            "is_sealed": False,
            "counts_sighted": False,
            "is_demonstration": False,
            "is_paused": False,
            "options": {"repeats": 0, "practice": []},
            "held_nanos": 0,
            "held_calls": 0,
            "held_tokens": 0,
            "spent_nanos": 0,
            "spent_calls": 0,
            "spent_tokens": 0,
            "created_at": MOMENT,
            "opened_at": MOMENT,
            **fields,
        }
    )
    session.add(study)
    session.flush()
    made = {
        title: make_configuration(
            session, study.id, title, **(configuration_fields or {}).get(title, {})
        )
        for title in configurations
    }
    rows = [
        make_prompt(session, study.id, number, prompt_text(number)) for number in range(prompts)
    ]
    for prompt_id, number in zip(rows, range(prompts), strict=True):
        for title, configuration_id in made.items():
            make_completion(
                session,
                study.id,
                configuration_id,
                prompt_id,
                text(title, number),
                ready=ready,
                **(completion_fields or {}).get(title, {}),
            )
    session.flush()
    for prompt_id in rows:
        places.recount(session, study, prompt_id)
        if ready:
            session.get_one(models.Prompt, prompt_id).is_dealable = True
    session.flush()
    session.expire_all()
    return MadeStudy(study.id, name, made, rows)


def make_configuration(session: Session, study_id: int, name: str, **fields: Any) -> int:
    row = models.Configuration(
        **{
            "study_id": study_id,
            "name": name,
            "revision": 1,
            "fingerprint": hashlib.sha256(f"{study_id}{name}".encode()).hexdigest(),
            "approach": "prompt",
            "model": "offline/lead",
            "system_prompt": "",
            "template": "",
            "parameters": {},
            "samples": 1,
            "created_at": MOMENT,
            **fields,
        }
    )
    session.add(row)
    session.flush()
    return row.id


def make_prompt(session: Session, study_id: int, number: int, text: str, **fields: Any) -> int:
    row = models.Prompt(
        **{
            "study_id": study_id,
            "key": f"p{number}",
            "fingerprint": hashlib.sha256(text.encode()).hexdigest(),
            "position": number,
            "turns": [text],
            "context": "",
            "reference": "",
            "tags": [],
            "variables": {},
            "html": {"turns": [f'<p dir="auto">{text}</p>'], "context": ""},
            "is_dealable": False,
            "ready_configurations": 0,
            "places_open": 0,
            "created_at": MOMENT,
            **fields,
        }
    )
    session.add(row)
    session.flush()
    return row.id


def make_completion(
    session: Session,
    study_id: int,
    configuration_id: int,
    prompt_id: int,
    text: str,
    *,
    ready: bool = True,
    **fields: Any,
) -> int:
    values: dict[str, Any] = {
        "study_id": study_id,
        "configuration_id": configuration_id,
        "prompt_id": prompt_id,
        "sample": 1,
        "state": "ready" if ready else "pending",
        "kind": "complete" if ready else None,
        "origin": "generated",
        "fence": 1 if ready else 0,
        "attempts": 1 if ready else 0,
        "next_attempt_at": MOMENT,
        "turns": [text] if ready else [],
        "html": [f'<p dir="auto">{text}</p>'] if ready else [],
        "text_hash": hashlib.sha256(text.encode()).hexdigest() if ready else None,
        "leaks": {},
        "finish_reason": "stop" if ready else None,
        "prompt_tokens": 100 if ready else None,
        "completion_tokens": 40 if ready else None,
        "latency_ms": 800 if ready else None,
        "details": {},
        "created_at": MOMENT,
        "recorded_at": MOMENT if ready else None,
    }
    row = models.Completion(**{**values, **fields})
    session.add(row)
    session.flush()
    return row.id


def fill_places(
    session: Session,
    study: MadeStudy,
    prompt_id: int,
    by_pair: dict[tuple[str, str], int],
) -> None:
    """Let raters hold places of a prompt, each voted: configurations' names to a rater's id."""
    completion = {
        row.configuration_id: row.id
        for row in session.query(models.Completion).filter_by(prompt_id=prompt_id)
    }
    for (one, other), rater_id in by_pair.items():
        first, second = sorted((study.configurations[one], study.configurations[other]))
        session.add(
            models.Assignment(
                token=secrets.token_urlsafe(16),
                study_id=study.id,
                rater_id=rater_id,
                prompt_id=prompt_id,
                kind="regular",
                state="voted",
                first_configuration_id=first,
                second_configuration_id=second,
                first_completion_id=completion[first],
                second_completion_id=completion[second],
                sides=True,
                draw_probability=1.0,
                lease_until=MOMENT,
                dealt_at=MOMENT,
                ended_at=MOMENT,
            )
        )
    session.flush()
    places.recount(session, session.get_one(models.Study, study.id), prompt_id)
    session.expire_all()


def make_rater(session: Session, study: MadeStudy, name: str = "Ben") -> int:
    """Make a rater who has begun, through a personal invite."""
    invite = invites.make(session, study.name, "personal", name, MOMENT, KEY)
    held = invites.start_rating(session, invite.link_token, name, MOMENT, KEY)
    return invites.rater_of(session, held.handle, held.cookie_token, KEY)


def later(minutes: float) -> datetime:
    return MOMENT + timedelta(minutes=minutes)


def record(session: Session, request: Any, answer: Any, now: datetime) -> bool:
    """Store one answer; False where a later claim fenced it off."""
    return records.record_all(session, [(request, answer)], now, lambda: 0.0)[0]


def record_failure(
    session: Session, request: Any, failure: Any, now: datetime, draw: float
) -> bool:
    """Note that one call failed."""
    return records.record_all(session, [(request, failure)], now, lambda: draw)[0]


def deal(
    session: Session,
    rater_id: int,
    now: datetime,
    rng: random.Random,
    lease: timedelta,
    most: int = 2,
    having: Collection[str] = (),
    *,
    is_shared: bool = False,
) -> tuple[BlindAssignment, ...]:
    """Deal to a rater as their page asks for it, by default as if nobody else were at work."""
    sitter = raters.locked(session, rater_id)
    dealer = dealing.Dealer(session, sitter, now, rng, lease, is_shared=is_shared)
    return dealer.deal(most, having)


def cast_all(database: Database, study: MadeStudy, choice: str = "left") -> int:
    """Let one rater vote on everything; return how many votes that makes."""
    with database.transaction() as session:
        rater = make_rater(session, study)
        number = 0
        while dealt := deal(session, rater, MOMENT, random.Random(1), timedelta(minutes=30)):
            voting.cast(session, rater, dealt[0].token, choice, f"key-{number:032}", MOMENT)
            number += 1
        return number
