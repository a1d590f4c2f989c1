"""Makes drafts of prompts: claimed, thought about, recorded; needs numerics."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from service.domain import draft, prompt_set
from service.domain.draft import Decided, DraftKind, DraftState, Proposed
from service.domain.prompt_set import Origin
from service.formats.exports.personal import Redactor
from service.stats import drawing
from service.store import drafts, models
from service.usecases.sighted.studies import log_files, prompt_sets, proposing
from service.usecases.sighted.studies.proposing import Cut


@dataclass(frozen=True)
class Claimed:
    """What a worker makes a draft from."""

    id: int
    fence: int
    kind: DraftKind
    asked: dict[str, Any]
    origin: Origin
    content: bytes
    trial_id: int | None
    had: tuple[str, ...]


@dataclass(frozen=True)
class Made:
    """What a draft proposes, and what is told of how it came about."""

    proposed: tuple[Proposed, ...]
    found: dict[str, Any]


def claim(session: Session, now: datetime) -> Claimed | None:
    """Take the oldest draft that nobody makes, under a lease; None where there is none.

    One that ended several workers fails.
    """
    while row := drafts.next_due(session, now):
        if row.fence >= draft.MOST_ATTEMPTS:
            _fail(row, "Making this draft has failed several times. See the worker's log.")
            session.flush()
            continue
        row.fence += 1
        row.state, row.lease_until = str(DraftState.RUNNING), now + draft.LEASE
        session.flush()
        origin = prompt_set.origin_of(row.origin)
        return Claimed(
            id=row.id,
            fence=row.fence,
            kind=DraftKind(row.kind),
            asked=row.asked,
            origin=origin,
            content=row.content,
            trial_id=row.trial_id,
            had=_had(session, row),
        )
    return None


def from_logs(one: Claimed) -> Made:
    """Return the draft of a log: clusters of alike requests, some of each, tagged by cluster.

    Raises
    ------
    FileUnreadable, MappingInvalid, LogInvalid
    """
    read, bad = log_files.read(one.origin.name, one.content, one.asked["meanings"])
    texts = ["\n".join(prompt.turns) for _, prompt in read]
    own = _apart(one.had, texts)
    drawn = drawing.draw([texts[at] for at in own], int(one.asked["size"]), int(one.asked["seed"]))
    redactor = Redactor(())
    proposed = []
    for at, cluster in zip(drawn.chosen, drawn.clusters, strict=True):
        line, prompt = read[own[at]]
        term = drawn.terms[cluster]
        # What a log says of its rows is better than what a cluster can.
        tagged = replace(prompt, tags=prompt.tags or tuple(filter(None, [term])))
        doubts = prompt_sets.doubts_about(tagged, redactor)
        proposed.append(Proposed(tagged, replace(one.origin, place=str(line)), doubts=doubts))
    clusters = [list(pair) for pair in zip(drawn.terms, drawn.sizes, strict=True)]
    found = {"rows": len(read), "bad": bad, "alike": len(texts) - len(own) + drawn.alike}
    return Made(tuple(proposed), found | {"clusters": clusters})


def documents(one: Claimed) -> tuple[Sequence[str], bytes]:
    """Return the names of a draft's documents, and what they hold as `proposing.pack` keeps it.

    A draft that waited while this version was installed holds one document, as it came.
    """
    if "files" in one.asked:
        return one.asked["files"], one.content
    return [one.origin.name], proposing.pack([one.content] if one.content else [])


def from_answers(one: Claimed, given: Sequence[tuple[str, str, str]]) -> Made:
    """Return the draft of what a model answered, near-duplicates left out."""
    read, found = proposing.read(given, one.origin, one.asked.get("files", ()))
    own = _apart(one.had, ["\n".join(each.prompt.turns) for each in read])
    redactor = Redactor(())
    proposed = [
        replace(read[at], doubts=prompt_sets.doubts_about(read[at].prompt, redactor))
        for at in own[: int(one.asked["size"])]
    ]
    return Made(tuple(proposed), found | {"alike": len(read) - len(own)})


def record(session: Session, one: Claimed, made: Made) -> None:
    """Keep what a draft proposes; nothing where another worker has taken it over."""
    row = drafts.held_by(session, one.id, one.fence)
    if row is None:
        return
    if not made.proposed:
        _fail(row, _why_none(made.found))
        row.found = {**made.found, **row.found}
        return
    _propose(session, row.id, made.proposed)
    row.state, row.lease_until, row.content = str(DraftState.REVIEW), None, b""
    row.found = {**row.found, **made.found}


def prepare(session: Session, one: Claimed, cut: Cut) -> None:
    """Keep what would be sent to a model, for somebody to see before it is."""
    row = drafts.held_by(session, one.id, one.fence)
    if row is not None:
        proposing.prepare(session, row, cut)


def fail(session: Session, one: Claimed, why: str) -> None:
    """Say why there is no draft; nothing where another worker makes it."""
    row = drafts.held_by(session, one.id, one.fence)
    if row is not None:
        _fail(row, why)


def _had(session: Session, row: models.PromptDraft) -> tuple[str, ...]:
    """Return the texts that the draft's set has already."""
    if not row.prompt_set:
        return ()
    kept = prompt_sets.prompts_of(session, row.prompt_set)
    return tuple("\n".join(each.turns) for each in kept)


def _apart(had: Sequence[str], texts: Sequence[str]) -> list[int]:
    """Return the places of texts that are near-duplicates of none before, nor of what is had."""
    before = len(had)
    return [at - before for at in drawing.distinct([*had, *texts]) if at >= before]


def _why_none(found: Mapping[str, Any]) -> str:
    if found.get("failed"):
        return f"The model gave no answer: {found['why']}"
    if found.get("malformed"):
        return "The model answered with no list of prompts. Try another one."
    return "The set has prompts like all of these already."


def _propose(session: Session, draft_id: int, found: Sequence[Proposed]) -> None:
    session.add_all(
        models.DraftPrompt(
            draft_id=draft_id,
            position=at,
            content=prompt_set.to_plain(one.prompt),
            origin=one.origin.to_stored(),
            difficulty=str(one.difficulty),
            doubts=list(one.doubts),
            decided=str(Decided.OPEN),
            is_edited=False,
            decided_at=None,
        )
        for at, one in enumerate(found, 1)
    )
    session.flush()


def _fail(row: models.PromptDraft, why: str) -> None:
    row.state, row.lease_until, row.content = str(DraftState.FAILED), None, b""
    row.found = {**row.found, "problem": why}
