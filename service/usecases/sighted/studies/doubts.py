"""Tells what nothing forbids and a researcher should know before raters come."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from sqlalchemy.orm import Session

from service.domain import matchup, norming, sitting
from service.domain.doubt import Doubt
from service.store import completions, prompts, studies, submissions
from service.store.models import Study
from service.usecases.sighted.generation import reach, templates
from service.usecases.sighted.lookup import find
from service.usecases.sighted.studies import rows

# What a template may name that every prompt has.
_IN_EVERY_PROMPT = {"prompt", "context", "passages"}


def of_study(session: Session, name: str) -> tuple[Doubt, ...]:
    """Return what may go wrong with a study: models out of reach, what raters see."""
    row = find(session, name)
    return (
        *reach.doubts(session, name),
        *_of_prompts(session, row),
        *_of_norming(session, row),
        *of_suggestions(session, name),
        *of_texts(session, name),
    )


def of_suggestions(session: Session, name: str) -> tuple[Doubt, ...]:
    """Return what stands in the way of prompts that raters suggest, or did."""
    row = find(session, name)
    alone = submissions.nobody_else(session, row.id)
    found = [Doubt("own_alone", names=tuple(alone))] if alone else []
    if sitting.from_stored(row.options).submissions or submissions.count_by_state(session, row.id):
        asked = {
            one.name: templates.named(one.template) - _IN_EVERY_PROMPT
            for one in studies.configurations(session, row.id)
            if one.retired_at is None and one.model is not None
        }
        names = tuple(name for name, variables in asked.items() if variables)
        variables = ", ".join(sorted({each for found in asked.values() for each in found}))
        found += [Doubt("template_asks", name=variables, names=names)] if names else []
    return tuple(found)


def of_texts(session: Session, name: str) -> tuple[Doubt, ...]:
    """Return whose texts raters who compare notes can tell, by their number or when they came."""
    row = find(session, name)
    return tuple(_of_texts(completions.samples(session, row.id), studies.moved(session, row.id)))


def _of_prompts(session: Session, study: Study) -> Iterator[Doubt]:
    asked, keys = prompts.asked_in(session, study.id), prompts.keys(session, study.id)
    hidden = {name for prompt in asked.values() for name in prompt.variables}
    is_shown = rows.shows_variables(study)
    if hidden and not is_shown:
        yield Doubt("hidden_variables", names=tuple(sorted(hidden)))
    alike: dict[tuple[str, ...], list[str]] = {}
    for prompt_id, prompt in asked.items():
        read = (*prompt.turns, rows.shown_context(prompt, shows_variables=is_shown))
        shown = tuple(" ".join(text.split()) for text in read)
        alike.setdefault(shown, []).append(keys[prompt_id])
    for same in alike.values():
        if len(same) > 1:
            yield Doubt("reads_alike", names=tuple(same))


def _of_norming(session: Session, study: Study) -> Iterator[Doubt]:
    wanted = sitting.from_stored(study.options).norming
    active = [one for one in studies.configurations(session, study.id) if one.retired_at is None]
    there_are = matchup.places(len(active), 1) * prompts.count(session, study.id)
    if wanted and there_are and not norming.size(wanted, there_are):
        yield Doubt("norming_few", name=str(there_are))


def _of_texts(samples: Mapping[str, int], moved: Sequence[str]) -> Iterator[Doubt]:
    usual = Counter(samples.values()).most_common(1)
    other = [name for name, number in samples.items() if number != usual[0][0]]
    if other:
        yield Doubt("samples_differ", names=tuple(other))
    if moved:
        yield Doubt("moved", names=tuple(moved))
