"""Shows the three boards of a judged study, each under its own name, and what is worth reading."""

from dataclasses import dataclass

from service.domain.judge_report import CORRECTED, JUDGE, PEOPLE, Board, Disagreement, JudgeReport
from service.reporting.words import Words, msgid

_LABELS = {
    PEOPLE: msgid("People only"),
    CORRECTED: msgid("Corrected by the judge"),
    JUDGE: msgid("Judge only"),
}
_ABOUT = {
    PEOPLE: msgid("Votes alone, as on the leaderboard; nothing of a judge enters."),
    CORRECTED: msgid(
        "Votes, steadied by how the judge’s verdicts move from prompt to prompt; what it leans to "
        "on a pair cancels."
    ),
    JUDGE: msgid("Verdicts alone: what people think of these texts may be something else."),
}
_FLIPS = {
    "half": msgid("An unsettled matchup counts half a win each."),
    "dropped": msgid("Unsettled matchups are left out."),
}
_WHY = {
    "not_at_random": msgid(
        "Not corrected: votes of this study were not dealt at random, and a judge corrects only "
        "from a random sample."
    ),
    "failed": msgid(
        "Not corrected: the judge surely gives configurations more or less than people do."
    ),
    "borrowed": msgid("Not corrected: no two configurations have 20 audit matchups of their own."),
    "too_few": msgid("Not corrected: too few audit matchups on each pair of configurations."),
    "not_related": msgid(
        "Not corrected: it is not shown that the judge follows people from prompt to prompt."
    ),
    "no_votes": msgid("There are no votes yet."),
    "no_judgements": msgid("There are no judgements yet."),
    "not_computed": msgid("No worker has looked yet."),
}


@dataclass(frozen=True)
class BoardRow:
    """One configuration of a board: its label, points, their interval, and a remark."""

    name: str
    points: str
    interval: str
    remark: str


@dataclass(frozen=True)
class BoardTable:
    """A board under its own name, with what it is made of; without rows `why` says why."""

    kind: str
    label: str
    about: tuple[str, ...]
    rows: tuple[BoardRow, ...]
    why: str


def label(kind: str, words: Words) -> str:
    """Return what a board is called wherever it is shown."""
    return words.gettext(_LABELS[kind])


def beside_others(words: Words) -> str:
    """Return the label of the leaderboard itself, where a study has judges as well."""
    return words.gettext(
        "People only: nothing of a judge enters. Boards that use judgements stand with each judge, "
        "under their own names."
    )


def why_not(code: str, words: Words) -> str:
    """Return why there is no board, or nothing is corrected."""
    return words.gettext(_WHY[code])


def tables(report: JudgeReport, words: Words) -> list[BoardTable]:
    """Return all boards, people only first; those with verdicts with either treatment of a flip."""
    return [_table(board, words) for board in report.boards]


def _table(board: Board, words: Words) -> BoardTable:
    about = [words.gettext(_ABOUT[board.kind])]
    if board.kind != PEOPLE:
        about.append(words.gettext(_FLIPS[board.unsettled]))
    if board.kind == CORRECTED and board.rows:
        about.append(_narrower(board, words))
    return BoardTable(
        board.kind,
        _heading(board, words),
        tuple(about),
        tuple(
            BoardRow(
                words.name(row.configuration),
                words.count(row.points),
                words.count_between(row.low, row.high),
                words.gettext("people’s votes alone")
                if board.kind == CORRECTED and not row.leans_on_judge
                else "",
            )
            for row in board.rows
        ),
        why_not(board.why, words) if board.why else "",
    )


def _heading(board: Board, words: Words) -> str:
    """Return what a board is called among the others, two of which differ in flips alone."""
    called = label(board.kind, words)
    if board.kind == PEOPLE:
        return called
    if board.unsettled == "half":
        return words.gettext("%(board)s, unsettled as half a win", board=called)
    return words.gettext("%(board)s, unsettled left out", board=called)


def _narrower(board: Board, words: Words) -> str:
    if board.narrower < 0.005:  # noqa: PLR2004 - less than a whole per cent
        return words.gettext("Its intervals are no narrower than people’s alone.")
    return words.gettext(
        "Its intervals are %(share)s narrower than people’s alone.",
        share=words.share(board.narrower),
    )


@dataclass(frozen=True)
class Worst:
    """An audit matchup on which people agree and the judge says the opposite, to be read."""

    key: str
    prompt: str
    said: str


def worst(report: JudgeReport, words: Words) -> list[Worst]:
    """Return the disagreements that are most worth reading, the worst first."""
    return [Worst(one.key, one.prompt, disagreement(one, words)) for one in report.disagreements]


def disagreement(one: Disagreement, words: Words) -> str:
    """Return what people and the judge say of a matchup on which they disagree."""
    people = max(one.votes[0], one.votes[2])
    preferred, other = (
        (one.first, one.second) if one.votes[0] > one.votes[2] else (one.second, one.first)
    )
    return words.ngettext(
        "%(number)s of %(all)s votes prefers %(preferred)s, the judge %(other)s.",
        "%(number)s of %(all)s votes prefer %(preferred)s, the judge %(other)s.",
        people,
        all=words.count(sum(one.votes)),
        preferred=words.name(preferred),
        other=words.name(other),
    )
