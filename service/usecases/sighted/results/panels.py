"""Counts what was said on a study's panel, without texts or names, and checks whether it is one."""

from collections import Counter
from dataclasses import dataclass

from sqlalchemy.orm import Session

from service.domain import agreement, normed, sitting
from service.domain.agreement import Row
from service.domain.trust import CAUTION, NOT_CHECKED, OK, Check
from service.store import models, norming_panels
from service.usecases.sighted.results import fold

# Agreement beyond chance that lies below this for sure: people judge by different things.
LITTLE_AGREEMENT = 0.2
_NAME = "norming"


@dataclass(frozen=True)
class OnPanel:
    """What was said of each matchup of a panel; None before one was drawn.

    `is_asked` tells whether the study asks for a panel, `size` is 0 where none could be drawn.
    """

    is_asked: bool = False
    size: int | None = None
    raters: int = 0
    rows: tuple[Row, ...] = ()


def load(session: Session, study: models.Study) -> OnPanel:
    """Return what was said on the panel of a study, left out what results leave out."""
    if not sitting.from_stored(study.options).norming:
        return OnPanel()
    panel = norming_panels.panel(session, study.id)
    if panel is None or panel.drawn_at is None:
        return OnPanel(is_asked=True)
    answers, _ = fold.panel_answers(session, study)
    signs = Counter((one.matchup_id, one.sign) for one in answers)
    rows = tuple(
        (signs[matchup, 1], signs[matchup, 0], signs[matchup, -1])
        for matchup in sorted({one.matchup_id for one in answers})
    )
    return OnPanel(
        is_asked=True,
        size=panel.size,
        raters=len({one.rater_id for one in answers}),
        rows=rows,
    )


def check(found: OnPanel) -> Check:
    """Return whether people judge by the same on what they all got first.

    A caution where agreement is little for sure. Two people divide nearly always somewhere: how
    many matchups do is told, and is no fault.
    """
    why = _missing(found)
    if why:
        return Check(_NAME, NOT_CHECKED, why)
    told = agreement.alpha(found.rows)
    if told.value is None or told.low is None or told.high is None:
        return Check(_NAME, NOT_CHECKED, "panel_alike")
    figures = {
        "value": told.value,
        "low": told.low,
        "high": told.high,
        "units": float(told.units),
        "raters": float(found.raters),
        "dividing": float(sum(normed.is_divided(*row) for row in found.rows)),
    }
    return Check(_NAME, CAUTION if told.high < LITTLE_AGREEMENT else OK, figures=figures)


def _missing(found: OnPanel) -> str:
    """Return why nothing can be said, "" where something can."""
    if not found.is_asked:
        return "no_norming"
    if found.size is None:
        return "panel_waits"
    if not found.size:
        return "panel_too_small"
    if not found.raters:
        return "panel_unjudged"
    return "panel_of_one" if found.raters == 1 else ""
