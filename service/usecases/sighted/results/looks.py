"""Loads what checks and grounds look at beside counts: repeats, reasons, amounts in texts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy.orm import Session

from service.domain import sitting
from service.store import completions, judging, models, prompts, reasons, votes
from service.store.reasons import Given
from service.store.tallies import Told
from service.usecases.sighted.results import amounts, fold, panels
from service.usecases.sighted.results.competing import Counted
from service.usecases.sighted.results.fold import SaidAgain
from service.usecases.sighted.results.panels import OnPanel

MOST_REPEATS = 5000
MOST_UNCOUNTED = 20_000
MOST_REASONS = 20_000
# Texts that are measured, and the characters of all of them together.
MOST_TEXTS = 4000
MOST_CHARACTERS = 8_000_000
_AT_ONCE = 200
MOST_MOMENTS = 12
# Each moment is a fit of its own: where many compete, there are fewer.
MANY, MOST_OF_MANY = 20, 6
# Votes between two moments, at least.
BETWEEN = 10
NO_PANEL = OnPanel()


@dataclass(frozen=True)
class Looks:
    """What was loaded; `measured` holds amounts by completion, None where there are too many.

    `moments` are numbers of votes with the time at which the last of them came.
    """

    again: tuple[SaidAgain, ...] = ()
    uncounted: tuple[Counted, ...] = ()
    leaks: Mapping[int, int] = field(default_factory=dict)
    leak_policy: str = ""
    reasons: tuple[Given, ...] = ()
    measured: Mapping[int, tuple[float, ...]] | None = field(default_factory=dict)
    probes: tuple[str, ...] = ()
    prompts: Mapping[int, str] = field(default_factory=dict)
    moments: tuple[tuple[int, str], ...] = ()
    panel: OnPanel = NO_PANEL


def load(session: Session, study: models.Study, told: Sequence[Told]) -> Looks:
    """Return what is looked at in a study, whose counted votes are given in their order."""
    probes = sitting.from_stored(study.options).probes
    return Looks(
        again=tuple(fold.said_again(session, study.id, MOST_REPEATS)),
        uncounted=fold.uncounted(session, study.id, MOST_UNCOUNTED),
        leaks=completions.leak_counts(session, study.id),
        leak_policy=study.leak_policy,
        reasons=tuple(reasons.of_counted(session, study.id, MOST_REASONS)),
        measured=_measure(session, told, probes),
        probes=probes,
        prompts=prompts.keys(session, study.id),
        moments=_moments(session, told),
        panel=panels.load(session, study),
    )


def _measure(
    session: Session, told: Sequence[Told], probes: Sequence[str]
) -> dict[int, tuple[float, ...]] | None:
    wanted = sorted({text for one in told for text in one.texts})
    if len(wanted) > MOST_TEXTS:
        return None
    found: dict[int, tuple[float, ...]] = {}
    characters = 0
    for start in range(0, len(wanted), _AT_ONCE):
        for identity, text in judging.texts(session, wanted[start : start + _AT_ONCE]).items():
            characters += len(text)
            found[identity] = amounts.measure(text, probes)
        if characters > MOST_CHARACTERS:
            return None
    return found


def _moments(session: Session, told: Sequence[Told]) -> tuple[tuple[int, str], ...]:
    """Return moments evenly among the votes, the last one at the last vote."""
    competing = {one.first_configuration_id for one in told}
    most = MOST_OF_MANY if len(competing) > MANY else MOST_MOMENTS
    number = min(most, len(told) // BETWEEN)
    ends = [len(told) * at // number for at in range(1, number + 1)]
    times = votes.cast_at(session, [told[end - 1].vote_id for end in ends])
    return tuple(
        (end, times[told[end - 1].vote_id].isoformat())
        for end in ends
        if told[end - 1].vote_id in times
    )
