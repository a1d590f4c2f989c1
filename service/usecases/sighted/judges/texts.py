"""The texts that a judge is shown: those that raters are, without a name, side or author."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from sqlalchemy.orm import Session

from service.domain.judge_question import Sides
from service.domain.study import LeakPolicy
from service.store import completions, models, prompts, studies
from service.usecases.sighted.generation import publishing


@dataclass(frozen=True)
class Texts:
    """What raters read: of each prompt its turns and context, of each completion its turns."""

    prompts: dict[int, tuple[tuple[str, ...], str]]
    answers: dict[int, tuple[str, ...]]

    def sides(self, prompt_id: int, a: int, b: int) -> Sides:
        """Return a prompt with two completions as A and B."""
        turns, context = self.prompts[prompt_id]
        return Sides(turns, context, self.answers[a], self.answers[b])


def shown(session: Session, study: models.Study, completion_ids: Collection[int]) -> Texts:
    """Return the canonical texts of these completions, what was masked masked, and their prompts.

    Lone surrogates and characters that nobody sees are gone; reasoning is taken off.
    """
    rows = _of_ids(session, completion_ids)
    asked = prompts.asked(session, {row.prompt_id for row in rows})
    names: tuple[str, ...] | None = None
    answers = {}
    for row in rows:
        prompt_text = "\n\n".join(asked[row.prompt_id].turns)
        turns = publishing.canonical_turns(row.turns, prompt_text)
        if row.details.get(publishing.SHOWN_BY, study.leak_policy) == LeakPolicy.MASK:
            if names is None:
                names = publishing.known_names(session, study)
            told = studies.configuration(session, row.configuration_id).system_prompt
            turns = _masked(turns, names, told, prompt_text)
        answers[row.id] = tuple(turns)
    return Texts(
        {key: (tuple(one.turns), one.context) for key, one in asked.items()},
        answers,
    )


def _masked(
    turns: Iterable[str], names: tuple[str, ...], system_prompt: str, prompt_text: str
) -> list[str]:
    from service.blinding import leaks  # noqa: PLC0415 - only where a study masks

    return [leaks.mask(turn, leaks.find(turn, names, system_prompt, prompt_text)) for turn in turns]


def _of_ids(session: Session, completion_ids: Collection[int]) -> list[models.Completion]:
    ids = sorted(set(completion_ids))
    found: list[models.Completion] = []
    for start in range(0, len(ids), 500):
        found += completions.of_ids(session, ids[start : start + 500])
    return found
