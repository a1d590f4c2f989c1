"""Puts a study's gold on its shelf: rows like all others, which no list or count shows."""

from datetime import datetime

from sqlalchemy.orm import Session

from service.blinding import canonical, looks, rendering
from service.domain.completion import CompletionKind, CompletionState
from service.domain.configuration import Configuration
from service.domain.prompt import Prompt
from service.domain.sitting import GoldTexts
from service.domain.study import StudyChangeRefused
from service.errors import Invalid
from service.store import gold, models, touched
from service.store.studies import SHELF
from service.usecases.sighted.generation import publishing
from service.usecases.sighted.studies import rows


def fill(
    session: Session, study: models.Study, texts: tuple[GoldTexts, ...], now: datetime
) -> None:
    """Make a draft's gold what its file says; the texts pass the same rendering as all others.

    Raises
    ------
    StudyChangeRefused
        Somebody was dealt some of it.
    """
    if touched.is_gold(session, study.id):
        raise StudyChangeRefused("Raters were dealt gold: it and how texts are shown stay.")
    gold.clear(session, study)
    if not texts:
        return
    shelf = gold.shelf(session, study) or _new_shelf(session, study, now)
    shelf.render_mode = study.render_mode
    ends = gold.sides_of_shelf(session, shelf.id)
    known: dict[str, models.Prompt] = {}
    samples: dict[int, int] = {}
    for position, entry in enumerate(texts):
        prompt = Prompt(turns=(entry.prompt,))
        row = known.get(prompt.fingerprint)
        if row is None:
            row = known[prompt.fingerprint] = rows.prompt_row(shelf, prompt, position, now)
            session.add(row)
            session.flush()
        samples[row.id] = sample = samples.get(row.id, 0) + 1
        shown = rendering.alike(
            [canonical.canonical(text) for text in (entry.better, entry.worse)],
            publishing.MODES[shelf.render_mode],
        )
        if looks.hash_of(shown[:1]) == looks.hash_of(shown[1:]):
            raise Invalid(
                "Gold matchup %(number)s has two texts that raters see alike. "
                "Write a better and a worse one.",
                number=position + 1,
            )
        better, worse = (
            _gold_completion(shelf, row, ends[name].id, sample, (text, html), now)
            for name, text, html in zip(
                (gold.BETTER, gold.WORSE), (entry.better, entry.worse), shown, strict=True
            )
        )
        session.add_all([better, worse])
        session.flush()
        session.add(
            models.Gold(
                study_id=study.id,
                prompt_id=row.id,
                better_completion_id=better.id,
                worse_completion_id=worse.id,
            )
        )
    session.flush()


def _new_shelf(session: Session, study: models.Study, now: datetime) -> models.Study:
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
        made = rows.configuration_row(shelf.id, Configuration(name=name), 1, now)
        made.retired_at = now
        session.add(made)
        session.flush()
    return shelf


def _gold_completion(
    shelf: models.Study,
    prompt: models.Prompt,
    configuration_id: int,
    sample: int,
    told: tuple[str, str],
    now: datetime,
) -> models.Completion:
    text, html = told
    row = rows.pending_completion(shelf.id, configuration_id, prompt.id, sample, now)
    row.state = CompletionState.READY
    row.kind = CompletionKind.COMPLETE
    row.origin = "imported"
    row.turns = [text]
    row.html = [html]
    row.text_hash = looks.hash_of([html])
    row.recorded_at = now
    return row
