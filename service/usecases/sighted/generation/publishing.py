"""Makes answers fit to show, and prompts fit to deal once all their answers are settled."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any

from sqlalchemy.orm import Session

from service.blinding import canonical, looks, reasoning, rendering
from service.domain.completion import CompletionKind, CompletionState
from service.domain.study import LeakPolicy, RenderMode
from service.store import completions, matchups, prompts, studies, unfinished
from service.store.completions import FitToShow
from service.store.models import Prompt, Study
from service.usecases.blind import places

MIN_CONFIGURATIONS = 2
MOST_FITTINGS = 2
LATE = timedelta(minutes=2)
_SETTLED_AT_ONCE = 200
SHOWN_PLAINLY = "shown_plainly"  # in a completion's details: why
# There as well: what somebody decided about its leaks, and the policy that it is shown by since.
REVIEWED, SHOWN_BY = "reviewed", "shown_by"
# Answers that can never be shown, and why.
_EMPTY = {
    "kind": str(CompletionKind.EMPTY),
    "error_class": "empty",
    "error_message": "The answer holds nothing but reasoning, or nothing that anybody sees.",
}
_UNFIT = {
    "kind": str(CompletionKind.ERROR),
    "error_class": "unfit",
    "error_message": "The answer could not be made fit to show; what went wrong is in the log.",
}
MODES: dict[str, rendering.Mode] = {"full": "full", "light": "light", "plain": "plain"}


@dataclass(frozen=True)
class Recorded:
    """A stored answer that nobody may see yet."""

    completion_id: int
    prompt_id: int
    turns: tuple[str, ...]
    names: tuple[str, ...]
    system_prompt: str
    prompt_text: str
    render_mode: str
    leak_policy: str
    # Whether a rater wrote the prompt: then nothing that it asks for excuses a leak.
    is_suggested: bool = False


@dataclass(frozen=True)
class Prepared:
    """An answer made fit: safe HTML per turn, and the hash of what is seen of it.

    `too_much` says why it is plain text although the study asks for more, see `rendering`.
    """

    completion_id: int
    prompt_id: int
    html: tuple[str, ...]
    text_hash: str
    leaks: tuple[dict[str, Any], ...]
    is_quarantined: bool
    failure: Mapping[str, str] = field(default_factory=dict)
    too_much: str = ""


def recorded(session: Session, limit: int, ids: Iterable[int] | None = None) -> list[Recorded]:
    """Return answers (those of `ids`, else any) that wait to be made fit to show."""
    rows = unfinished.recorded(session, limit, ids)
    known = studies.by_ids(session, {row.study_id for row in rows})
    names = {study_id: known_names(session, study) for study_id, study in known.items()}
    return [
        Recorded(
            completion_id=row.id,
            prompt_id=row.prompt_id,
            turns=tuple(row.turns),
            names=names[row.study_id],
            system_prompt=row.system_prompt,
            prompt_text="\n\n".join(row.prompt_turns),
            render_mode=known[row.study_id].render_mode,
            leak_policy=known[row.study_id].leak_policy,
            is_suggested=row.is_suggested,
        )
        for row in rows
    ]


def begin_late(session: Session, now: datetime) -> tuple[Recorded, bool] | None:
    """Take an answer that should long have been made fit, and tell whether another try is worth it.

    Whoever tried it may have died of it. So it is tried alone, under a lease, and twice at most.
    """
    late = unfinished.begin_late(session, now, now - LATE, now + LATE)
    if late is None:
        return None
    (waiting,) = recorded(session, 1, [late[0]])
    return waiting, late[1] <= MOST_FITTINGS


def prepare(waiting: Recorded) -> Prepared:
    """Return an answer's leaks, canonical text and safe HTML; pure: no connection is held."""
    from service.blinding import leaks  # noqa: PLC0415 - pages that prepare nothing do without

    turns = canonical_turns(waiting.turns, waiting.prompt_text)
    # A rater could ask for somebody else's words, or about models, so that more is let through.
    asked = "" if waiting.is_suggested else waiting.prompt_text
    found = [leaks.find(turn, waiting.names, waiting.system_prompt, asked) for turn in turns]
    if waiting.leak_policy == LeakPolicy.MASK:
        turns = [leaks.mask(turn, of_turn) for turn, of_turn in zip(turns, found, strict=True)]
    named = tuple(
        {"turn": number, "kind": leak.kind, "excerpt": leak.excerpt}
        for number, of_turn in enumerate(found)
        for leak in of_turn
    )
    rendered = [rendering.attempt(turn, MODES[waiting.render_mode]) for turn in turns]
    too_much = next((one.too_much for one in rendered if one.too_much), "")
    if too_much:
        rendered = [rendering.attempt(turn, "plain") for turn in turns]
    html = tuple(one.html for one in rendered)
    return Prepared(
        completion_id=waiting.completion_id,
        prompt_id=waiting.prompt_id,
        html=html,
        text_hash=looks.hash_of(html),
        leaks=named,
        is_quarantined=bool(named) and waiting.leak_policy == LeakPolicy.QUARANTINE,
        failure={} if all(turn.strip() for turn in turns) else _EMPTY,
        too_much=too_much,
    )


def canonical_turns(turns: Iterable[str], prompt_text: str) -> list[str]:
    """Return what raters read of an answer: without reasoning and what nobody sees."""
    return [canonical.canonical(reasoning.without(turn, prompt_text)) for turn in turns]


def prepare_plainly(waiting: Recorded, reason: str) -> Prepared:
    """Return an answer as plain text, whatever its study asks for; `reason` says why."""
    return replace(prepare(replace(waiting, render_mode=RenderMode.PLAIN)), too_much=reason)


def give_up(waiting: Recorded) -> Prepared:
    """Return an answer that nothing can be made of as the failure it then is."""
    return Prepared(
        completion_id=waiting.completion_id,
        prompt_id=waiting.prompt_id,
        html=(),
        text_hash=looks.hash_of(waiting.turns),
        leaks=(),
        is_quarantined=False,
        failure=_UNFIT,
    )


def known_names(session: Session, study: Study) -> tuple[str, ...]:
    """Return the names whose mention by a completion would give its maker away."""
    found = {
        name
        for row in studies.configurations(session, study.id)
        for name in (row.name, (row.model or "").rpartition("/")[2])
        if len(name) > 2  # noqa: PLR2004 - shorter names are words
    }
    return tuple(sorted(found))


def to_show_alike(
    session: Session, waiting: Sequence[Recorded], prepared: Sequence[Prepared]
) -> list[Recorded]:
    """Return what has to be shown as plain text beside answers that are, to be prepared so.

    `prepared` is what was made of what was `waiting`.
    """
    now_plain = {made.prompt_id for made in prepared if made.too_much}
    plain = now_plain | prompts.plain(session, {one.prompt_id for one in waiting})
    is_done = {made.completion_id for made in prepared if made.too_much or made.failure}
    known: dict[int, tuple[str, ...]] = {}
    shown = []
    for one in completions.shown_to(session, plain):
        names = known.setdefault(one.study.id, known_names(session, one.study))
        if SHOWN_PLAINLY not in one.row.details:
            shown.append(_stored(one, names))
    fresh = (one for one in waiting if one.prompt_id in plain)
    return [*shown, *(one for one in fresh if one.completion_id not in is_done)]


def _stored(shown: FitToShow, names: tuple[str, ...]) -> Recorded:
    row, study = shown.row, shown.study
    return Recorded(
        completion_id=row.id,
        prompt_id=row.prompt_id,
        turns=tuple(row.turns),
        names=names,
        system_prompt=shown.system_prompt,
        prompt_text="\n\n".join(shown.prompt.turns),
        render_mode=study.render_mode,
        leak_policy=row.details.get(SHOWN_BY, study.leak_policy),
        is_suggested=shown.is_suggested,
    )


def finish(
    session: Session,
    prepared: list[Prepared],
    now: datetime,
    plainly: Mapping[tuple[int, tuple[str, ...]], Prepared] = MappingProxyType({}),
) -> int:
    """Store what was made fit, and open prompts whose answers are all settled.

    `plainly` is what was made of `to_show_alike`, by id and texts.
    """
    locked = prompts.locked(session, {made.prompt_id for made in prepared})
    done = unfinished.finish(
        session,
        [
            {
                "id": made.completion_id,
                "state": str(_state_of(made)),
                "html": list(made.html),
                "text_hash": made.text_hash,
                "leaks": {"found": list(made.leaks)},
                "lease_until": None,
                "recorded_at": now,
                **made.failure,
            }
            for made in prepared
        ],
    )
    _show_alike(session, prepared, locked, plainly)
    _settle(session, locked)
    return done


def _state_of(made: Prepared) -> CompletionState:
    if made.failure:
        return CompletionState.FAILED
    return CompletionState.QUARANTINED if made.is_quarantined else CompletionState.READY


def _show_alike(
    session: Session,
    prepared: list[Prepared],
    locked: Sequence[Prompt],
    plainly: Mapping[tuple[int, tuple[str, ...]], Prepared],
) -> None:
    """Show all answers to a prompt as plain text once one of them is; note why in their details.

    Set beside each other, one with headings and tables and one without, the two would be judged
    by that. The others were prepared beforehand; one that somebody published in between, or that
    has another text since, is made within this transaction.
    """
    too_much = {made.completion_id: made.too_much for made in prepared if made.too_much}
    now_plain = {made.prompt_id for made in prepared if made.too_much}
    for prompt in locked:
        prompt.is_plain = prompt.is_plain or prompt.id in now_plain
    session.flush()
    for one in completions.shown_to(session, [prompt.id for prompt in locked if prompt.is_plain]):
        row = one.row
        if SHOWN_PLAINLY in row.details:
            continue
        reason = too_much.get(row.id, "")
        row.details = {**row.details, SHOWN_PLAINLY: reason or "another answer"}
        if reason:
            continue  # it was made plain from the start
        made = plainly.get((row.id, tuple(row.turns))) or prepare_plainly(
            _stored(one, known_names(session, one.study)), reason
        )
        row.html, row.text_hash = list(made.html), made.text_hash


def settle(session: Session, *prompt_ids: int) -> None:
    """Count prompts' places anew; let them be dealt once no answer is still to come.

    The prompts' locks come before the look at their completions: of two workers that finish
    the last two at once, the later one sees both.
    """
    session.flush()
    ordered = sorted(prompt_ids)
    for start in range(0, len(ordered), _SETTLED_AT_ONCE):
        _settle(session, prompts.locked(session, ordered[start : start + _SETTLED_AT_ONCE]))


def _settle(session: Session, locked: Sequence[Prompt]) -> None:
    ids = [prompt.id for prompt in locked]
    known = studies.by_ids(session, {prompt.study_id for prompt in locked})
    ready, unsettled = completions.standing(session, ids)
    taken = matchups.taken_of(session, ids)
    for prompt in locked:
        counted = places.counted(
            known[prompt.study_id], prompt.id, ready.get(prompt.id, ()), taken[prompt.id]
        )
        prompt.ready_configurations = counted.ready
        prompt.matchups_alike = counted.alike
        prompt.places_open = counted.places
        enough = counted.ready >= MIN_CONFIGURATIONS
        prompt.is_dealable = prompt.is_dealable or (enough and prompt.id not in unsettled)
    session.flush()
