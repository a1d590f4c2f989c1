"""The panels of a report below its results: trust, why, how, prompts, and the course."""

from collections.abc import Iterator, Mapping
from html import escape

from service.domain.leaderboard import Leaderboard
from service.reporting import course, grounds, trust
from service.reporting.report import blocks
from service.reporting.words import Words


def sections(board: Leaderboard, words: Words, colour: Mapping[str, int]) -> Iterator[str]:
    """Yield every panel that has something to say."""
    if board.checks:
        yield from blocks.section(
            "trust", words.gettext("Can it be trusted?"), _checks(board, words)
        )
    if not board.parts:
        return
    yield from blocks.section(
        "course", words.gettext("How did it go?"), _course(board, words, colour)
    )
    yield from _grounds(board, words)


def _checks(board: Leaderboard, words: Words) -> Iterator[str]:
    yield blocks.paragraph(trust.summary(board, words))
    yield "<ul>"
    for line in trust.lines(board, words):
        said = escape(" ".join(line.said))
        yield f"<li><b>{escape(line.name)}</b> – {escape(line.word)}. {said}</li>"
    yield "</ul>"


def _course(board: Leaderboard, words: Words, colour: Mapping[str, int]) -> Iterator[str]:
    yield blocks.paragraph(course.says(board.course, words))
    picture = course.lines(board.course, colour)
    if picture is not None:
        keys = (
            f"<span>{blocks.swatch(colour.get(name, 0))}{blocks.named(name, words)}</span>"
            for name in picture.names
        )
        yield f'<p class="key">{" ".join(keys)}</p>'
        yield '<div class="scatter" aria-hidden="true">'
        yield picture.share_axis_svg(words)
        yield picture.svg()
        yield picture.votes_axis_svg(words)
        yield "</div>"
    told = course.table(board.course, words)
    if told is not None:
        yield from blocks.table(told)


def _grounds(board: Leaderboard, words: Words) -> Iterator[str]:
    found = board.grounds
    if found is None:
        return
    if found.reasons.groups:
        reasons = blocks.table(grounds.reason_table(found.reasons, words))
    else:
        reasons = [blocks.paragraph(grounds.of_reasons(found.reasons, words))]
    yield from blocks.section("why", words.gettext("Why?"), reasons)
    measured = [blocks.paragraph(grounds.of_measured(found.measured, words))]
    for table in grounds.texts(found.measured, words):
        measured += blocks.table(table)
    yield from blocks.section("how", words.gettext("How do the texts differ?"), measured)
    prompts = [blocks.paragraph(grounds.of_prompts(found.prompts, words))]
    telling = grounds.prompt_table(found.prompts, words)
    if telling is not None:
        prompts += blocks.table(telling)
    yield from blocks.section("prompts", words.gettext("What do prompts tell?"), prompts)
