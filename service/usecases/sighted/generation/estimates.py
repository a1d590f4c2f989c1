"""Tells what generating may take at most, before a single call, and whether a cap holds it."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from sqlalchemy.orm import Session

from service.domain.budget import NANOS, NOTHING, Amount, CapMissing
from service.domain.completion import CompletionState, Turn
from service.domain.configuration import calls_out, is_agent
from service.domain.prompt import Prompt
from service.store import completions, prompts, studies
from service.store.models import Configuration, Study
from service.store.unfinished import Unfinished
from service.usecases.sighted.generation import requests, reuse
from service.usecases.sighted.generation.prices import price_of
from service.usecases.sighted.lookup import find

# Of a study that wants more completions than these the store is not asked call by call: that is
# left to generating, and what is told is the most in any case.
MOST_ASKED = 2000


@dataclass(frozen=True)
class EstimateRow:
    """What generating one configuration may take at most; a cost of None is unknown."""

    configuration: str
    model: str | None
    calls: int
    tokens: int
    cost: float | None
    reused: int = 0


@dataclass(frozen=True)
class DryRun:
    """What opening would set going, before a single call; money in USD."""

    rows: tuple[EstimateRow, ...]
    # Whether so many are missing that the store was not asked which calls it answers.
    is_store_unasked: bool = False

    @property
    def calls(self) -> int:
        """All calls together."""
        return sum(row.calls for row in self.rows)

    @property
    def tokens(self) -> int:
        """All tokens at most."""
        return sum(row.tokens for row in self.rows)

    @property
    def cost(self) -> float:
        """The sum of the costs that are known."""
        return sum(row.cost or 0.0 for row in self.rows)

    @property
    def reused(self) -> int:
        """Calls that the store answers."""
        return sum(row.reused for row in self.rows)

    @property
    def unknown(self) -> tuple[str, ...]:
        """Configurations whose price nobody knows."""
        return tuple(row.configuration for row in self.rows if row.cost is None)


def estimate(session: Session, name: str) -> DryRun:
    """Return what generating all that is missing may take at most; nothing is called."""
    row = find(session, name)
    existing = completions.existing_by_sample(session, row.id)
    asked = prompts.asked_in(session, row.id)
    sizes = requests.Sizes(asked)
    present = [one for one in studies.configurations(session, row.id) if one.retired_at is None]
    wanted = len(asked) * sum(one.samples for one in present if one.model is not None)
    asks_store = row.reuses_calls and wanted <= MOST_ASKED
    found = []
    for configuration in present:
        is_imported = configuration.model is None
        price = None if is_imported else price_of(session, configuration)
        bound, reused = NOTHING, 0
        for sample in range(1, configuration.samples + 1):
            if is_imported:
                break
            missing = asked.keys() - existing.get((configuration.id, sample), set())
            if asks_store:
                of_sample, reused_of = _reusing(session, row, configuration, missing, asked, sample)
                reused += reused_of
            else:
                of_sample = sizes.bound(price, configuration, missing)
            bound += of_sample
        found.append(
            EstimateRow(
                configuration=configuration.name,
                model=configuration.model,
                calls=bound.calls,
                tokens=bound.tokens,
                cost=(bound.nanos or 0) / NANOS if is_imported or price is not None else None,
                reused=reused,
            )
        )
    return DryRun(tuple(found), is_store_unasked=row.reuses_calls and not asks_store)


def _reusing(
    session: Session,
    study: Study,
    configuration: Configuration,
    missing: Collection[int],
    asked: Mapping[int, Prompt],
    sample: int,
) -> tuple[Amount, int]:
    """Return what is missing may take at most, and how many calls of it the store answers."""
    bound, reused = NOTHING, 0
    for prompt_id in sorted(missing):
        prompt = asked[prompt_id]
        answered = _answered(session, study, configuration, (prompt_id, prompt), sample)
        reused += len(answered)
        if len(answered) < len(prompt.turns):
            bound += requests.upper_bound(session, configuration, prompt, answered)
    return bound, reused


def _answered(
    session: Session,
    study: Study,
    configuration: Configuration,
    asked: tuple[int, Prompt],
    sample: int,
) -> tuple[Turn, ...]:
    """Return the turns that the store would answer, as far as can be told beforehand."""
    prompt_id, prompt = asked
    row = Unfinished(
        id=0,
        study_id=study.id,
        configuration_id=configuration.id,
        prompt_id=prompt_id,
        sample=sample,
        state=CompletionState.PENDING,
        fence=0,
        attempts=0,
        turns=[],
        reuses_calls=True,
    )
    return reuse.stored(session, row, configuration, prompt, is_locking=False)


def check_cap(session: Session, study: Study, active: list[Configuration]) -> None:
    """Raise unless every configuration that calls out is bound by a cap that can hold it.

    Raises
    ------
    CapMissing
        Says which cap to write.
    """
    out = [configuration for configuration in active if calls_out(configuration.model)]
    bound_by_calls = study.cap_calls is not None and study.cap_tokens is not None
    if not out or bound_by_calls:
        return
    is_bound = {  # an agent's tokens are its own affair: calls are what binds it
        configuration.id
        for configuration in out
        if is_agent(configuration.model) and study.cap_calls is not None
    }
    if len(is_bound) == len(out):
        return
    unknown = sorted(
        configuration.name
        for configuration in out
        if configuration.id not in is_bound and price_of(session, configuration) is None
    )
    if study.cap_nanos is None:
        raise CapMissing(
            "This study calls out and has no cap. Add `cap: {usd: 5}` to the study file, or "
            "`cap: {calls: 500, tokens: 1000000}` where prices are not known."
        )
    if unknown:
        raise CapMissing(
            "Nobody knows the price of %(names)s, so a cap in money cannot hold it. "
            "Declare `price:` for it (an agent: `price: {call: 0.02}`), or cap calls and tokens: "
            "`cap: {calls: 500, tokens: 1000000}`.",
            names=", ".join(unknown),
        )
