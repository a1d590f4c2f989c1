"""What a report tells of cost and latency: charts, who is beaten, the ladder, the break-even."""

from collections.abc import Iterator, Mapping

from service.domain.leaderboard import Leaderboard, Part
from service.reporting import ladder_words, price, scatter_words
from service.reporting.report import blocks
from service.reporting.words import Words


def against(
    board: Leaderboard, part: Part, named: str, at: int, colour: Mapping[str, int], words: Words
) -> Iterator[str]:
    """Yield the charts of quality against cost and latency of a part, each with its numbers.

    `named` says which part it is, and `at` counts it, where there are several.
    """
    for told in scatter_words.of_part(board, part, colour, words):
        yield from blocks.section(
            f"{told.name}-{at}",
            told.title + named,
            [
                blocks.paragraph(told.says),
                '<div class="scatter" aria-hidden="true">',
                told.drawn.share_axis_svg(words),
                told.drawn.svg(words),
                told.drawn.across_svg(words),
                "</div>",
                blocks.paragraph(told.axes),
                *blocks.table(told.table),
            ],
        )


def price_of_quality(board: Leaderboard, words: Words) -> Iterator[str]:
    """Yield what quality costs: who is beaten, what each rung buys, and when something pays."""
    rungs = ladder_words.table(board, words)
    lines = [
        *price.weighed(board, words),
        *ladder_words.steps(board, words),
        *ladder_words.pays(board, None, words),
    ]
    months = ladder_words.months(board, words)
    if lines or rungs:
        yield from blocks.section(
            "price",
            words.gettext("What quality costs"),
            [
                *blocks.listed(" ".join(filter(None, [line.text, line.figure])) for line in lines),
                *(() if rungs is None else blocks.table(rungs)),
                *(() if months is None else [blocks.paragraph(months.says), *blocks.table(months)]),
            ],
        )
