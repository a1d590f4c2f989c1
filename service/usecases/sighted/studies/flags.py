"""Shows what raters flagged, and lifts it: visibly, with who and why."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from service.domain import sitting
from service.errors import Invalid, NotFound
from service.store import flags, prompts
from service.usecases.blind import places
from service.usecases.sighted.lookup import find
from service.usecases.sighted.results import read

MAX_REASON = 500


class UnknownFlag(NotFound):
    """The study has no flag of that number."""


@dataclass(frozen=True)
class FlagView:
    """A problem that a rater reported, as the researcher sees it.

    Attributes
    ----------
    standing : str
        `kept`, `withdraws` (the matchup is dealt to nobody), `excluded` (its rater is left out)
        or `lifted`.
    lifted : str
        By whom and why it was lifted; "" where it stands.
    about : int
        The number of the first flag of its matchup.
    is_last : bool
        Whether it is the last one of its matchup.
    """

    number: int
    prompt_key: str
    configurations: tuple[str, ...]
    kind: str
    note: str
    pseudonym: str
    standing: str
    created_at: datetime
    lifted: str
    about: int
    is_last: bool


def of_study(session: Session, study_name: str) -> list[FlagView]:
    """Return what raters reported in a study, matchup by matchup.

    While it is sealed, neither whom a flag concerns is told nor what its rater wrote: that a text
    is broken or its note could say who is worse.

    Raises
    ------
    UnknownStudy
    """
    study = find(session, study_name)
    found = flags.of_study(session, study.id)
    is_sealed = read.is_sealed(study)
    last = {one.matchup: one.id for one in found}
    first = {one.matchup: one.id for one in reversed(found)}
    return [
        FlagView(
            number=one.id,
            prompt_key=one.prompt_key,
            configurations=() if is_sealed else (one.first, one.second),
            kind=one.kind,
            note="" if is_sealed else one.note,
            pseudonym=one.pseudonym,
            standing=_standing(one),
            created_at=one.created_at,
            lifted="" if one.lifted_at is None else f"{one.lifted_by}: {one.lifted_because}",
            about=first[one.matchup],
            is_last=last[one.matchup] == one.id,
        )
        for one in found
    ]


def _standing(report: flags.Report) -> str:
    if report.lifted_at is not None:
        return "lifted"
    if report.is_excluded:
        return "excluded"
    return "withdraws" if report.withdraws else "kept"


def lift(
    session: Session, study_name: str, number: int, because: str, by: str, now: datetime
) -> int:
    """Have all flags of the matchup that the numbered one is about weigh nothing any more.

    They are kept, with who lifted them and why; what a rater flags after that counts anew.
    Returns how many stood.

    Raises
    ------
    UnknownStudy, UnknownFlag
    """
    if not because.strip():
        raise Invalid("Say why: the reason stands beside what is lifted.")
    study = find(session, study_name)
    found = next((one for one in flags.of_study(session, study.id) if one.id == number), None)
    if found is None:
        raise UnknownFlag("The study has no flag %(number)s.", number=number)
    prompts.lock(session, found.matchup.prompt_id)
    lifted = flags.lift(session, found.matchup, now, by, because.strip()[:MAX_REASON])
    flags.settle(session, found.matchup, sitting.from_stored(study.options).flags_to_withdraw)
    places.recount(session, study, found.matchup.prompt_id)
    return lifted
