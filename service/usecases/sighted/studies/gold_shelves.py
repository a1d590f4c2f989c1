"""Puts a study's gold on its shelf: rows like all others, which no list or count shows."""

from datetime import datetime

from sqlalchemy.orm import Session

from service.blinding import canonical, rendering
from service.domain.completion import CompletionKind, CompletionState
from service.domain.configuration import Configuration as DomainConfiguration
from service.domain.prompt import Prompt as DomainPrompt
from service.domain.sitting import GoldTexts
from service.store import gold
from service.store.models import Completion, Gold, Prompt, Study
from service.store.studies import SHELF
from service.usecases.sighted.generation import publishing
from service.usecases.sighted.studies import rows


def fill(session: Session, study: Study, texts: tuple[GoldTexts, ...], now: datetime) -> None:
    """Make a draft's gold what its file says; the texts pass the same rendering as all others."""
    gold.clear(session, study)
    if not texts:
        return
    shelf = gold.shelf(session, study) or _new_shelf(session, study, now)
    shelf.render_mode = study.render_mode
    ends = gold.sides_of_shelf(session, shelf.id)
    prompts: dict[str, Prompt] = {}
    samples: dict[int, int] = {}
    for position, entry in enumerate(texts):
        prompt = DomainPrompt(turns=(entry.prompt,))
        row = prompts.get(prompt.fingerprint)
        if row is None:
            row = prompts[prompt.fingerprint] = rows.prompt_row(shelf, prompt, position, now)
            session.add(row)
            session.flush()
        samples[row.id] = sample = samples.get(row.id, 0) + 1
        better, worse = (
            _completion(shelf, row, ends[name].id, sample, text, now)
            for name, text in ((gold.BETTER, entry.better), (gold.WORSE, entry.worse))
        )
        session.add_all([better, worse])
        session.flush()
        session.add(
            Gold(
                study_id=study.id,
                prompt_id=row.id,
                better_completion_id=better.id,
                worse_completion_id=worse.id,
            )
        )
    session.flush()


def _new_shelf(session: Session, study: Study, now: datetime) -> Study:
    """Make the row that gold hangs on, and its two configurations, retired from the start."""
    shelf = rows.study_row(
        gold.shelf_name(study),
        SHELF,
        now,
        title=study.title,
        instructions="",
        votes_per_matchup=study.votes_per_matchup,
        dealing=study.dealing,
        render_mode=study.render_mode,
        leak_policy=study.leak_policy,
        is_sealed=study.is_sealed,
        counts_sighted=False,
        options={},
    )
    session.add(shelf)
    session.flush()
    for name in (gold.BETTER, gold.WORSE):
        made = rows.configuration_row(shelf.id, DomainConfiguration(name=name), 1, now)
        made.retired_at = now
        session.add(made)
        session.flush()
    return shelf


def _completion(
    shelf: Study, prompt: Prompt, configuration_id: int, sample: int, text: str, now: datetime
) -> Completion:
    clean = canonical.canonical(text)
    row = rows.pending_completion(shelf.id, configuration_id, prompt.id, sample, now)
    row.state = CompletionState.READY
    row.kind = CompletionKind.COMPLETE
    row.origin = "imported"
    row.turns = [text]
    row.html = [rendering.render(clean, publishing.MODES[shelf.render_mode])]
    row.text_hash = publishing.hash_turns([clean])
    row.recorded_at = now
    return row
