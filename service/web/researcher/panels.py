"""The panels below the results of a leaderboard: trust, why, how, prompts, and its course."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from service.domain.leaderboard import Leaderboard
from service.reporting import course, grounds, judge_boards, trust
from service.reporting.words import Words
from service.usecases.sighted.results.disputed import Disputed


def of_board(board: Leaderboard, colour: Mapping[str, int], words: Words) -> dict[str, Any]:
    """Return what the templates of the panels print."""
    return {
        "checks": trust.lines(board, words),
        "says_checks": trust.summary(board, words),
        "course": course.lines(board.course, colour),
        "says_course": course.says(board.course, words),
        "course_table": course.table(board.course, words),
        **_grounds(board, words),
    }


def _grounds(board: Leaderboard, words: Words) -> dict[str, Any]:
    found = board.grounds
    if found is None:
        return {"has_grounds": False}
    return {
        "has_grounds": True,
        "says_reasons": grounds.of_reasons(found.reasons, words),
        "reason_groups": grounds.groups(found.reasons, words),
        "says_measured": grounds.of_measured(found.measured, words),
        "measured_tables": list(grounds.texts(found.measured, words)),
        "says_prompts": grounds.of_prompts(found.prompts, words),
        "telling": [(row.prompt, grounds.prompt_cells(row, words)) for row in found.prompts.rows],
        "telling_names": grounds.prompt_names(words),
    }


@dataclass(frozen=True)
class DisputedLine:
    """A matchup on which people and a judge say the opposite, in words."""

    prompt: str
    judge: str
    said: str


def of_disputed(found: Sequence[Disputed], words: Words) -> list[DisputedLine]:
    """Return where people and judges say the opposite, ready to be listed."""
    return [
        DisputedLine(one.matchup.prompt, one.judge, judge_boards.disagreement(one.matchup, words))
        for one in found
    ]
