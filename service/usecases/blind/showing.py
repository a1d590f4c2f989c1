"""Shows one matchup to its rater: as it was dealt, or one to practise on."""

from collections.abc import Sequence
from typing import Final

from sqlalchemy.orm import Session

from service.blinding import payload, rendering
from service.blinding.payload import BlindAssignment
from service.domain import sitting
from service.domain.study import RenderMode
from service.domain.vote import UnknownAssignment
from service.store import assignments, raters, studies

_MODES: Final[dict[RenderMode, rendering.Mode]] = {
    RenderMode.FULL: "full",
    RenderMode.LIGHT: "light",
    RenderMode.PLAIN: "plain",
}


def view(session: Session, rater_id: int, token: str) -> BlindAssignment:
    """Return one of the rater's own assignments, as it was dealt.

    Raises
    ------
    UnknownAssignment
        The token is nobody's, or another rater's: the same answer for both.
    """
    texts = assignments.texts(session, [token]).get(token)
    if texts is None or texts.rater_id != rater_id:
        raise UnknownAssignment("This page is not there. Go back to where you were rating.")
    return payload.build(*texts[:5])


def practice(
    session: Session, rater_id: int, built_in: Sequence[str] = sitting.BUILT_IN_PRACTICE
) -> BlindAssignment | None:
    """Return the study's practice matchup, None where it wants none; it is stored nowhere.

    A study without texts of its own gets `built_in`: the same, perhaps in another language.
    """
    study = studies.by_id(session, raters.by_id(session, rater_id).study_id)
    texts = sitting.from_stored(study.options).practice
    if not texts:
        return None
    if texts == sitting.BUILT_IN_PRACTICE:
        texts = tuple(built_in)
    mode = _MODES[RenderMode(study.render_mode)]
    prompt, (left, right) = rendering.render(texts[0], mode), rendering.alike(texts[1:], mode)
    return BlindAssignment(
        token="practice",  # noqa: S106 - no secret: it names no assignment
        prompt_turns=(prompt,),
        context="",
        left_turns=(left,),
        right_turns=(right,),
        is_practice=True,
    )
