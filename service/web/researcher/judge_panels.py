"""What the template of a judge's trust report prints."""

from typing import Any

from service.domain.judge_report import JudgeReport
from service.reporting import judge_boards, judge_words
from service.reporting.words import Words


def of_report(report: JudgeReport | None, words: Words) -> dict[str, Any]:
    """Return what `studio/_judge_report.html` prints; before the first report only the pools."""
    shown: dict[str, Any] = {
        "says_pools": judge_words.pools(words),
        "has_report": report is not None,
    }
    if report is None:
        return shown
    words = words.naming(one.configuration for one in report.carried)
    return {
        **shown,
        "says_judge": judge_words.who(report, words),
        "says_headline": judge_words.headline(report, words),
        "judge_lines": judge_words.lines(report, words),
        "judge_boards": judge_boards.tables(report, words),
        "judge_worst": judge_boards.worst(report, words),
    }
