"""How a study was done and what it does not say, written from its data; no figure is by hand."""

from collections.abc import Iterator

from service.domain.leaderboard import Leaderboard, Part
from service.domain.report import Report
from service.reporting import ending_words, headline, notes
from service.reporting.states import called
from service.reporting.words import Words, msgid

_INTERVALS = {
    "by_rater_and_prompt": msgid("They allow for raters who differ and for prompts that differ."),
    "by_rater": msgid("They allow for raters who differ, and take prompts as given."),
    "by_prompt": msgid("They allow for prompts that differ, and take raters as given."),
}
_INDEPENDENT = msgid("They take votes as independent of each other.")
_LEAKS = {
    "quarantine": msgid("Answers that named their maker were held back and not shown."),
    "mask": msgid("In answers that named their maker, the name was masked."),
    "report": msgid("Answers that named their maker were shown as they were, and counted."),
}


def methods(report: Report, words: Words) -> list[str]:
    """Return how the study was done, a sentence or two for each step."""
    return [
        *_of_sitting(report, words),
        *_of_counting(report, words),
        *(_of_fit(report.board, words) if report.takes_votes else ()),
    ]


def limitations(report: Report, words: Words) -> list[str]:
    """Return what a reader has to know before relying on the result."""
    return list(
        dict.fromkeys(
            [
                *_of_reach(report.board, words),
                *_of_time(report, words),
                *_of_texts(report, words),
                *_always(words),
            ]
        )
    )


def _of_sitting(report: Report, words: Words) -> Iterator[str]:
    competing = [one for one in report.competitors if not one.is_retired]
    yield words.gettext(
        "%(rests_on)s. The study has %(configurations)s and %(prompts)s.",
        rests_on=notes.rests_on(report.board, words),
        configurations=words.ngettext(
            "%(number)s configuration", "%(number)s configurations", len(competing)
        ),
        prompts=words.ngettext("%(number)s prompt", "%(number)s prompts", report.prompts),
    )
    if report.opened_at is not None and report.closed_at is not None:
        yield words.gettext(
            "It was open from %(first)s to %(last)s.",
            first=f"{report.opened_at:%Y-%m-%d}",
            last=f"{report.closed_at:%Y-%m-%d}",
        )
    elif report.opened_at is not None:
        yield words.gettext("It is open since %(day)s.", day=f"{report.opened_at:%Y-%m-%d}")
    if report.is_sealed:
        yield words.gettext("Results were hidden from everybody until it was closed.")
    yield words.gettext(
        "Raters saw two answers to one prompt side by side, without any word on who wrote them; "
        "which stood left was a fair coin."
    )
    if report.takes_votes:
        yield words.gettext(
            "They chose one of six: A or B, each better or much better, both good, or both bad."
        )
    else:
        yield words.gettext("They gave each a grade from 1 to 5, and did not vote.")
    if report.imported_votes:
        yield words.ngettext(
            "%(number)s vote was brought in from a file; how it was cast is not known here.",
            "%(number)s votes were brought in from a file; how they were cast is not known here.",
            report.imported_votes,
        )
    wanted = words.ngettext(
        "%(number)s vote was wanted on each matchup of a prompt.",
        "%(number)s votes were wanted on each matchup of a prompt.",
        report.votes_per_matchup,
    )
    if report.is_adaptive:
        yield words.gettext(
            "Matchups were dealt adaptively: those that tell more about the best came more often."
        )
    elif report.incumbent is None:
        yield words.gettext(
            "%(wanted)s Matchups were dealt uniformly, whatever had been voted before.",
            wanted=wanted,
        )
    else:
        yield words.gettext(
            "%(wanted)s Each configuration was dealt against %(incumbent)s, the one in use.",
            wanted=wanted,
            incumbent=words.name(report.incumbent),
        )
    yield words.gettext(_LEAKS.get(report.leak_policy, report.leak_policy))


def _of_counting(report: Report, words: Words) -> Iterator[str]:
    left_out = notes.left_out(report.board, words)
    if left_out:
        yield words.gettext(
            "Not counted, but kept: %(votes)s.", votes=words.listed_in_full(left_out)
        )
    else:
        yield words.gettext("No vote was left out.")
    if report.counts_sighted:
        yield words.gettext("Votes by people who had seen results are counted in this study.")
    flagged = [
        f"{words.count(number)} {called(kind, words)}"
        for kind, number in sorted(report.flags.items())
    ]
    if flagged:
        yield words.gettext(
            "Raters flagged: %(kinds)s. %(withdrawn)s for it.",
            kinds=words.listed_in_full(flagged),
            withdrawn=words.ngettext(
                "%(number)s matchup was taken out",
                "%(number)s matchups were taken out",
                report.withdrawn,
            ),
        )
    else:
        yield words.gettext("Raters flagged nothing.")
    end = report.board.end
    if end is not None:
        yield ending_words.of_board(end, words)


def _of_fit(board: Leaderboard, words: Words) -> Iterator[str]:
    yield words.gettext(
        "Ratings are a Bradley–Terry fit of all counted votes, with every tie as half a win for "
        "each side, how much better left aside, and a weak prior that keeps them finite. 1,000 is "
        "average, and 400 points more are odds of ten to one."
    )
    if any(part.clustering.shifts for part in board.parts):
        yield words.gettext(
            "Some raters cast far more votes than others: in ratings, none of them counts for more "
            "than one and a half times the mean."
        )
    level = words.share(board.method.level)
    yield " ".join(
        [
            words.gettext("Intervals are at %(level)s.", level=level),
            words.gettext(_INTERVALS.get(board.method.intervals, _INDEPENDENT)),
        ]
    )
    yield words.gettext(
        "Places, brackets and “preferred” allow for all comparisons at once; “preferred” holds "
        "however often one looks, unless it says that it holds at the declared end. Single "
        "intervals beside a sentence are of that comparison alone."
    )
    yield words.gettext(
        "Computed by Evenhand %(version)s, with %(seed)s as the seed of all that is drawn.",
        version=board.method.evenhand,
        seed=board.method.seed,
    )


def _of_reach(board: Leaderboard, words: Words) -> Iterator[str]:
    if len(board.parts) > 1:
        yield headline.not_comparable(board, words)
    for part in board.parts:
        whom = headline.population(part, words)
        if whom:
            yield words.gettext("All this speaks %(whom)s.", whom=whom)
        yield _margin(part, words)


def _margin(part: Part, words: Words) -> str:
    return words.gettext(
        "A difference of up to %(margin)s percentage points from an even share counts as none.",
        margin=words.count(part.verdict.margin),
    )


def _of_time(report: Report, words: Words) -> Iterator[str]:
    if report.state != "closed":
        yield words.gettext("The study was not closed when this was written: more votes may come.")
    if report.pending:
        yield words.ngettext(
            "%(number)s change is not counted yet.",
            "%(number)s changes are not counted yet.",
            report.pending,
        )


def _of_texts(report: Report, words: Words) -> Iterator[str]:
    check = report.board.blinding
    if check is None or check.state == "not_asked" or not report.asks_authors:
        yield words.gettext("Whether raters could tell who wrote what was not asked.")
    rows = [row for row in report.board.ratings if row.measured.cost_per_1000 is None]
    if rows:
        yield words.gettext(
            "What a request costs is not known of %(names)s.",
            names=words.names(row.configuration for row in rows),
        )


def _always(words: Words) -> Iterator[str]:
    yield words.gettext(
        "Votes say which answer people would rather have, not whether it is true: nobody checked "
        "facts here unless the instructions above asked for it."
    )
    yield words.gettext(
        "All holds for prompts like these, asked of these configurations at that time. What a "
        "hosted model answers may change without a new name."
    )
    yield words.gettext("Speed was hidden from raters; it is measured, and enters no rating.")
