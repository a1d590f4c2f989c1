"""Finds what can be claimed of a study now, from its leaderboard and the reports on its judges."""

from collections.abc import Iterator, Sequence

from sqlalchemy.orm import Session

from service.domain import doctor
from service.domain.claims import Verdict
from service.domain.doctor import BLOCKED, SUPPORTED, Diagnosis, More, Statement
from service.domain.judge_report import CORRECTED, JudgeReport
from service.domain.leaderboard import Leaderboard, Part
from service.domain.trust import CAUTION, NOT_CHECKED
from service.usecases.sighted.results import disputed, read

# From so many on, results speak of raters, or prompts, in general.
ENOUGH = 5
OF_ITS_OWN = 20
FIVE = 5
LEAST_AUDIT = 30
# Checks without which a claim stands on weak ground; what is no fault is not asked for.
_ASKED = ("connected", "agreement", "norming", "self_consistency", "position", "blindness", "leaks")

# Nothing is claimed of these where chance explains it: their interval must lie above it.
_BEYOND_CHANCE = ("agreement", "norming")

# What a study does not ask for is not missing.
_NEVER_ASKED = ("no_norming", "panel_too_small")


def of_study(session: Session, name: str) -> Diagnosis:
    """Return what can be claimed of a study now.

    Raises
    ------
    UnknownStudy, StudySealed
    """
    study = read.unsealed(session, name)
    return diagnose(
        study.name, read.newest(session, study.id), disputed.newest_reports(session, study.id)
    )


def diagnose(study: str, board: Leaderboard | None, judges: Sequence[JudgeReport]) -> Diagnosis:
    """Return every statement on a leaderboard (None before there is one) and on judges."""
    found = [*_of_board(board)]
    for report in judges:
        found += _of_judge(report)
    return Diagnosis(study, tuple(found))


def _of_board(board: Leaderboard | None) -> Iterator[Statement]:
    if board is None or not board.parts:
        yield Statement("winner", BLOCKED, why="no_votes", more=More(doctor.VOTES))
        return
    part = board.parts[0]
    yield _winner(part)
    for claim in part.claims.rivals:
        about = (claim.leader, claim.rival)
        if claim.state == "open":
            yield Statement("ahead", BLOCKED, about, more=_of_one(part))
        else:
            yield Statement(claim.state, SUPPORTED, about, why=claim.holds or "")
    for against in part.against:
        about = (against.configuration, board.incumbent or "")
        if against.state == "open":
            yield Statement("against", BLOCKED, about, more=More(doctor.VOTES))
        else:
            yield Statement(against.state, SUPPORTED, about, why=against.holds or "")
    yield _general(
        "general_raters", part.raters, doctor.RATERS, is_short=part.claims.for_these_raters
    )
    yield _general(
        "general_prompts", part.prompts, doctor.PROMPTS, is_short=part.claims.for_these_prompts
    )
    if board.waiting:
        names = tuple(row.configuration for row in board.waiting)
        yield Statement("rated", BLOCKED, names, why="waiting", more=More(doctor.VOTES))
    for one in part.slices.slices:
        state = SUPPORTED if one.is_enough else BLOCKED
        more = None if one.is_enough else More(doctor.VOTES)
        yield Statement("slice", state, (one.tag,), more=more)
    yield from _checks(board)


def _winner(part: Part) -> Statement:
    verdict = part.verdict
    if verdict.state == "decided":
        return Statement("winner", SUPPORTED, (verdict.winner or "",), why=verdict.holds or "")
    if verdict.state == "practically_equal":
        return Statement("equal_top", SUPPORTED, part.top, why=verdict.holds or "")
    return Statement("winner", BLOCKED, more=_short(verdict))


def _short(verdict: Verdict) -> More:
    return More(verdict.short_of or doctor.VOTES, verdict.more_low, verdict.more_high)


def _of_one(part: Part) -> More:
    """Return what one open claim is short of: the verdict's forecast is of the only one, or none's.

    Of several open claims the votes that the verdict needs are those of the hardest.
    """
    number = sum(claim.state == "open" for claim in part.claims.rivals)
    found = _short(part.verdict)
    return found if number == 1 else More(found.kind)


def _general(name: str, number: int, kind: str, *, is_short: bool) -> Statement:
    if not is_short:
        return Statement(name, SUPPORTED)
    missing = max(ENOUGH - number, 1)
    return Statement(name, BLOCKED, more=More(kind, missing, missing))


def _checks(board: Leaderboard) -> Iterator[Statement]:
    for check in board.checks:
        if check.name not in _ASKED or check.why in _NEVER_ASKED:
            continue
        name = f"check_{check.name}"
        if check.state == CAUTION:
            yield Statement(name, BLOCKED, why="caution")
        elif check.state == NOT_CHECKED:
            more = More(doctor.TWICE) if check.name in {"agreement", "self_consistency"} else None
            yield Statement(name, BLOCKED, why="not_checked", more=more)
        elif check.name in _BEYOND_CHANCE and check.figures.get("low", 1.0) <= 0:
            more = More(doctor.TWICE) if check.name == "agreement" else None
            yield Statement(name, BLOCKED, why="chance", more=more)
        else:
            yield Statement(name, SUPPORTED)


def _of_judge(report: JudgeReport) -> Iterator[Statement]:
    judge = report.judge
    yield _counted("judge_grades", judge, report.graded.scored, FIVE, doctor.GRADES)
    yield _counted("judge_agreement", judge, report.agreement.matchups, LEAST_AUDIT, doctor.AUDIT)
    replacing = report.replacing
    if replacing.state == "not_enough":
        missing = None if replacing.needed is None else replacing.needed - replacing.matchups
        about = None if missing is None else max(missing, 1)
        yield Statement(
            "judge_replaces", BLOCKED, judge=judge, more=More(doctor.AUDIT, about, about)
        )
    elif replacing.state == "may":
        yield Statement("judge_replaces", SUPPORTED, judge=judge)
    else:
        yield Statement("judge_replaces_not", SUPPORTED, judge=judge)
    for one in report.carried:
        if one.state == "borrowed":
            missing = max(OF_ITS_OWN - one.matchups, 1)
            more = More(doctor.AUDIT, missing, missing)
            yield Statement("judge_carries", BLOCKED, (one.configuration,), judge, more=more)
        elif one.state == "failed":
            yield Statement("judge_carries", BLOCKED, (one.configuration,), judge, why="failed")
        else:
            yield Statement("judge_carries", SUPPORTED, (one.configuration,), judge)
    yield _corrected(report)


def _counted(name: str, judge: str, number: int, least: int, kind: str) -> Statement:
    if number >= least:
        return Statement(name, SUPPORTED, judge=judge)
    missing = least - number
    return Statement(name, BLOCKED, judge=judge, more=More(kind, missing, missing))


def _corrected(report: JudgeReport) -> Statement:
    board = report.board(CORRECTED)
    if not board.why:
        return Statement("judge_corrects", SUPPORTED, judge=report.judge)
    more = None
    if board.why in {"too_few", "not_related"}:
        more = More(doctor.AUDIT, report.worth.needed, report.worth.needed)
    elif board.why == "borrowed":
        counts = sorted((one.matchups for one in report.carried), reverse=True)[:2]
        missing = max(OF_ITS_OWN - min(counts, default=0), 1)
        more = More(doctor.AUDIT, missing, missing)
    return Statement("judge_corrects", BLOCKED, judge=report.judge, why=board.why, more=more)
