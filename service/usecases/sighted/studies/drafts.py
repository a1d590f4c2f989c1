"""Keeps drafts of prompts: asks for them, shows them for review, keeps what was decided."""

import hashlib
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from service.domain import draft, intake, prompt_set
from service.domain.draft import Decided, Difficulty, DraftKind, DraftState, Reviewed
from service.domain.prompt import MAX_PROMPT_BYTES
from service.domain.prompt_set import Origin, OriginKind, SetVersion
from service.errors import Conflict, Invalid, NotFound
from service.formats.exports.personal import Redactor
from service.store import drafts, models
from service.usecases.sighted.studies import log_files, prompt_sets, set_files

MOST_SHOWN = 50
_TAG = "difficulty: "


class UnknownDraft(NotFound):
    """There is no such draft any more."""


class DraftInvalid(Invalid):
    """A draft, or a decision about a prompt of one, that cannot be made so."""


class DraftNotOpen(Conflict):
    """The draft is not made yet, or was kept already."""


@dataclass(frozen=True)
class DraftView:
    """A draft as pages and commands tell it; `found` says what was seen on the way to it."""

    token: str
    kind: DraftKind
    title: str
    prompt_set: str
    state: DraftState
    asked: Mapping[str, Any]
    origin: Origin
    found: Mapping[str, Any]
    version: int | None
    due_at: datetime | None
    created_at: datetime

    @property
    def is_unfinished(self) -> bool:
        """Whether it waits for a worker."""
        return self.state in draft.UNFINISHED


def ask_for_logs(
    session: Session,
    filename: str,
    content: bytes,
    target: str,
    size: int,
    by: str,
    now: datetime,
    *,
    seed: int = 0,
    meanings: Mapping[str, str] | None = None,
    due_at: datetime | None = None,
) -> str:
    """Ask a worker for a draft out of a log; return the token by which it is found.

    `target` is the name of a set that gets a version, or the title of a new one.

    Raises
    ------
    DraftInvalid, SetInvalid, FileUnreadable, LogInvalid, MappingInvalid
    """
    check_size(size)
    if not content.strip():
        raise DraftInvalid("The file is empty. Choose another one.")
    if len(content) > intake.MOST_HELD_BYTES:
        raise DraftInvalid(
            "The file is larger than %(most)s MiB. Split it.", most=intake.MOST_HELD_BYTES >> 20
        )
    name, digest = set_files.shown_name(filename), hashlib.sha256(content).hexdigest()
    plain = log_files.plain(content)
    said = dict(meanings or log_files.meanings_of(session, name, plain))
    origin = Origin(OriginKind.FILE, name, digest)
    asked = {"size": size, "seed": seed, "meanings": said}
    return add(session, DraftKind.LOGS, target, asked, origin, plain, by, now, due_at)


def check_size(size: int) -> None:
    """Refuse a draft of no prompts, or of more than anybody reviews.

    Raises
    ------
    DraftInvalid
    """
    if not 1 <= size <= draft.MOST_SIZE:
        raise DraftInvalid("A draft has from 1 to %(most)s prompts.", most=draft.MOST_SIZE)


def add(
    session: Session,
    kind: DraftKind,
    target: str,
    asked: dict[str, Any],
    origin: Origin,
    content: bytes,
    by: str,
    now: datetime,
    due_at: datetime | None = None,
) -> str:
    """Write a draft that waits for a worker; return its token.

    Raises
    ------
    SetInvalid
    """
    drafts.remove_older(session, now - draft.KEPT)
    name, title = prompt_sets.target(session, target)
    row = models.PromptDraft(
        token=secrets.token_urlsafe(16),
        kind=str(kind),
        prompt_set=name,
        title=title,
        asked=asked,
        origin=origin.to_stored(),
        content=content,
        trial_id=None,
        state=str(DraftState.WAITING),
        fence=0,
        lease_until=None,
        found={},
        version=None,
        made_by=by,
        due_at=due_at,
        created_at=now,
    )
    session.add(row)
    session.flush()
    return row.token


def every(session: Session) -> list[DraftView]:
    """Return the newest drafts."""
    return [_view(row) for row in drafts.every(session, MOST_SHOWN)]


def of_token(session: Session, token: str) -> DraftView:
    """Return a draft.

    Raises
    ------
    UnknownDraft
    """
    return _view(row_of(session, token))


def items(session: Session, token: str) -> list[Reviewed]:
    """Return what a draft proposes, in its order.

    Raises
    ------
    UnknownDraft
    """
    return [_item(row) for row in drafts.of_draft(session, row_of(session, token).id)]


def decide(
    session: Session,
    token: str,
    position: int,
    decided: Decided,
    now: datetime,
    difficulty: Difficulty | None = None,
) -> None:
    """Keep or drop a proposed prompt, or open it again; how hard it is where that is said.

    Raises
    ------
    UnknownDraft, DraftNotOpen
    """
    row = _open_prompt(session, token, position)
    row.decided = str(decided)
    row.decided_at = None if decided is Decided.OPEN else now
    if difficulty is not None:
        row.difficulty = str(difficulty)


def rate(session: Session, token: str, position: int, difficulty: Difficulty) -> None:
    """Say how hard a proposed prompt is.

    Raises
    ------
    UnknownDraft, DraftNotOpen
    """
    _open_prompt(session, token, position).difficulty = str(difficulty)


def edit(
    session: Session,
    token: str,
    position: int,
    turns: Sequence[str],
    tags: Sequence[str],
    reference: str,
    now: datetime,
) -> None:
    """Change a proposed prompt and keep it; turns left empty at its end are taken away.

    Raises
    ------
    UnknownDraft, DraftNotOpen, DraftInvalid
    """
    row = _open_prompt(session, token, position)
    before = prompt_set.from_plain(row.content)
    said = list(turns)
    while len(said) > 1 and not said[-1].strip():
        said.pop()
    if not said or not all(turn.strip() for turn in said):
        raise DraftInvalid("The prompt is empty or too long. Type some text, or drop it.")
    if len(said) > max(len(before.turns), 1) + 1 or sum(map(_size, said)) > MAX_PROMPT_BYTES:
        raise DraftInvalid("The prompt is empty or too long. Type some text, or drop it.")
    named = tuple(dict.fromkeys(tag.strip() for tag in tags if tag.strip()))
    after = replace(before, turns=tuple(said), tags=named, reference=reference.strip())
    if after != before:
        row.content, row.is_edited = prompt_set.to_plain(after), True
        row.doubts = list(prompt_sets.doubts_about(after, Redactor(())))
    row.decided, row.decided_at = str(Decided.KEPT), now


def finish(session: Session, token: str, by: str, now: datetime) -> SetVersion:
    """Make what was kept the next version of the draft's set, beside what that has.

    Raises
    ------
    UnknownDraft, DraftNotOpen, DraftInvalid, SetInvalid, SetTaken
    """
    row = row_of(session, token, for_change=True)
    _refuse_closed(row)
    kept = [
        item
        for item in map(_item, drafts.of_draft(session, row.id))
        if item.decided is Decided.KEPT
    ]
    if not kept:
        raise DraftInvalid("Nothing is kept yet. Keep at least one prompt.")
    found = [_tagged(item) for item in kept]
    origins = {
        prompt_set.digest_of(each): item.origin for each, item in zip(found, kept, strict=True)
    }
    origin = prompt_set.origin_of(row.origin)
    if row.prompt_set:
        before = prompt_sets.prompts_of(session, row.prompt_set)
        made = prompt_sets.add_version(
            session, row.prompt_set, [*before, *found], origin, "", by, now, None, origins
        )
    else:
        made = prompt_sets.make(session, row.title, found, origin, by, now, origins)
    row.state, row.prompt_set, row.version = str(DraftState.DONE), made.name, made.version
    return made


def row_of(session: Session, token: str, *, for_change: bool = False) -> models.PromptDraft:
    """Return the row of a draft.

    Raises
    ------
    UnknownDraft
    """
    row = drafts.by_token(session, token, for_change=for_change)
    if row is None:
        raise UnknownDraft("There is no such draft any more. Make it again.")
    return row


def due(session: Session, now: datetime) -> int:
    """Return how many drafts wait for a worker."""
    return drafts.number_due(session, now)


def _open_prompt(session: Session, token: str, position: int) -> models.DraftPrompt:
    row = row_of(session, token, for_change=True)
    _refuse_closed(row)
    for each in drafts.of_draft(session, row.id):
        if each.position == position:
            return each
    raise UnknownDraft("The draft has no such prompt.")


def _refuse_closed(row: models.PromptDraft) -> None:
    if row.state == DraftState.DONE:
        raise DraftNotOpen("What was kept of this draft is a version of a set already.")
    if row.state != DraftState.REVIEW:
        raise DraftNotOpen("The draft is not made yet. Wait for it.")


def _size(turn: str) -> int:
    return len(turn.encode())


def _tagged(item: Reviewed) -> Any:
    if not item.difficulty:
        return item.prompt
    tags = (*item.prompt.tags, f"{_TAG}{item.difficulty}")
    return replace(item.prompt, tags=tuple(dict.fromkeys(tags)))


def _view(row: models.PromptDraft) -> DraftView:
    return DraftView(
        token=row.token,
        kind=DraftKind(row.kind),
        title=row.title,
        prompt_set=row.prompt_set,
        state=DraftState(row.state),
        asked=row.asked,
        origin=prompt_set.origin_of(row.origin),
        found=row.found,
        version=row.version,
        due_at=row.due_at,
        created_at=row.created_at,
    )


def _item(row: models.DraftPrompt) -> Reviewed:
    return Reviewed(
        position=row.position,
        prompt=prompt_set.from_plain(row.content),
        origin=prompt_set.origin_of(row.origin),
        difficulty=Difficulty(row.difficulty),
        doubts=tuple(row.doubts),
        decided=Decided(row.decided),
        is_edited=row.is_edited,
        decided_at=row.decided_at,
    )
