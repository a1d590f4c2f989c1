"""Makes answers fit to show, and prompts fit to deal once all their answers are settled."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from service.blinding import canonical, rendering
from service.domain.completion import CompletionState
from service.domain.study import LeakPolicy
from service.store import assignments, completions, matchups, prompts, studies
from service.store.models import Study
from service.usecases.blind import places

MIN_CONFIGURATIONS = 2
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


@dataclass(frozen=True)
class Prepared:
    """An answer made fit: canonical text by its hash, safe HTML per turn."""

    completion_id: int
    prompt_id: int
    html: tuple[str, ...]
    text_hash: str
    leaks: tuple[dict[str, Any], ...]
    is_quarantined: bool


def recorded(session: Session, limit: int, ids: Iterable[int] | None = None) -> list[Recorded]:
    """Return answers (those of `ids`, else any) that wait to be made fit to show."""
    names: dict[int, tuple[str, ...]] = {}
    found = []
    for row, prompt, study in completions.recorded(session, limit, ids):
        if study.id not in names:
            names[study.id] = known_names(session, study)
        found.append(
            Recorded(
                completion_id=row.id,
                prompt_id=row.prompt_id,
                turns=tuple(row.turns),
                names=names[study.id],
                system_prompt=studies.configuration(session, row.configuration_id).system_prompt,
                prompt_text="\n\n".join(prompt.turns),
                render_mode=study.render_mode,
                leak_policy=study.leak_policy,
            )
        )
    return found


def prepare(waiting: Recorded) -> Prepared:
    """Return an answer's leaks, canonical text and safe HTML; pure: no connection is held."""
    from service.blinding import leaks  # noqa: PLC0415 - pages that prepare nothing do without

    turns = [canonical.canonical(turn) for turn in waiting.turns]
    found = [
        leaks.find(turn, waiting.names, waiting.system_prompt, waiting.prompt_text)
        for turn in turns
    ]
    if waiting.leak_policy == LeakPolicy.MASK:
        turns = [leaks.mask(turn, of_turn) for turn, of_turn in zip(turns, found, strict=True)]
    named = tuple(
        {"turn": number, "kind": leak.kind, "excerpt": leak.excerpt}
        for number, of_turn in enumerate(found)
        for leak in of_turn
    )
    return Prepared(
        completion_id=waiting.completion_id,
        prompt_id=waiting.prompt_id,
        html=tuple(rendering.render(turn, MODES[waiting.render_mode]) for turn in turns),
        text_hash=hash_turns(turns),
        leaks=named,
        is_quarantined=bool(named) and waiting.leak_policy == LeakPolicy.QUARANTINE,
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


def hash_turns(turns: list[str]) -> str:
    """Return the hash that orders completions when dealing: of the text and nothing else."""
    return hashlib.sha256("\x1e".join(turns).encode()).hexdigest()


def finish(session: Session, prepared: list[Prepared], now: datetime) -> int:
    """Store what was made fit, and open prompts whose answers are all settled."""
    prompts.locked(session, {made.prompt_id for made in prepared})
    done = completions.finish(
        session,
        [
            {
                "id": made.completion_id,
                "state": str(
                    CompletionState.QUARANTINED if made.is_quarantined else CompletionState.READY
                ),
                "html": list(made.html),
                "text_hash": made.text_hash,
                "leaks": {"found": list(made.leaks)},
                "recorded_at": now,
            }
            for made in prepared
        ],
    )
    settle(session, *{made.prompt_id for made in prepared})
    return done


def settle(session: Session, *prompt_ids: int) -> None:
    """Count prompts' places anew; let them be dealt once no answer is still to come.

    The prompts' locks come before the look at their completions: of two workers that finish
    the last two at once, the later one sees both.
    """
    if not prompt_ids:
        return
    session.flush()
    rows = prompts.locked(session, prompt_ids)
    ready = assignments.ready_configurations(session, prompt_ids)
    taken = matchups.taken_of(session, prompt_ids)
    unsettled = completions.unsettled(session, prompt_ids)
    for prompt in rows:
        configurations = ready.get(prompt.id, set())
        study = studies.by_id(session, prompt.study_id)
        prompt.ready_configurations = len(configurations)
        prompt.places_open = places.open_in(study, configurations, taken[prompt.id])
        enough = len(configurations) >= MIN_CONFIGURATIONS
        prompt.is_dealable = prompt.is_dealable or (enough and prompt.id not in unsettled)
    session.flush()
