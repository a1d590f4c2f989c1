"""A report as one HTML file: no script, no network, its style inside; it prints."""

from collections.abc import Iterator, Sequence
from html import escape

from service.domain.leaderboard import Leaderboard, Part
from service.domain.report import Competitor, Report, Texts
from service.reporting import (
    behind,
    blindness,
    captions,
    charts,
    decided,
    decision,
    incumbent,
    marks,
    notes,
    preregistered,
    retirement_words,
    slices,
    tables,
)
from service.reporting.charts import Axis, Interval
from service.reporting.report import blocks, costs, methods, panels
from service.reporting.report.style import STYLE
from service.reporting.tables import FigureRow, Table
from service.reporting.words import NONE, Words

# Nothing is loaded from anywhere, even where the file is opened from a disk.
_POLICY = "default-src 'none'; style-src 'unsafe-inline'"


def page(
    report: Report, words: Words, language: str, direction: str = "ltr", notice: str = ""
) -> str:
    """Return the whole file, in the language of `words`, whose code and direction are given.

    A `notice` stands above all else, for whoever reads it on a page.
    """
    words = words.naming(row.configuration for row in report.board.ratings)
    title = words.gettext("%(study)s: report", study=report.title)
    return "\n".join(
        [
            "<!doctype html>",
            f'<html lang="{escape(language)}" dir="{direction}">',
            "<head>",
            '<meta charset="utf-8">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            '<meta name="color-scheme" content="light dark">',
            '<meta name="robots" content="noindex">',
            f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">',
            f"<title>{escape(title)} · Evenhand</title>",
            f"<style>{STYLE}</style>",
            "</head>",
            "<body>",
            "<main>",
            *([f'<p class="card">{escape(notice)}</p>'] if notice else []),
            *_body(report, words),
            "</main>",
            "</body>",
            "</html>",
            "",
        ]
    )


def _body(report: Report, words: Words) -> Iterator[str]:
    board = report.board
    yield f"<h1>{escape(report.title)}</h1>"
    told = [
        notes.rests_on(board, words),
        words.gettext("computed on %(moment)s", moment=words.moment(report.computed_at)),
    ]
    yield f'<p class="quiet">{escape(" · ".join(told))}</p>'
    if words.of_names():
        yield f'<p class="quiet">{escape(words.of_names())}</p>'
    if report.takes_votes:
        yield from _card(board, words)
        yield from _against(board, _colours(report), words)
    yield from _decision(report, words)
    yield from _declared(report, words)
    yield from _asked(report, words)
    colour = _colours(report)
    for at, part in enumerate(board.parts, start=1):
        yield from _part(board, part, at, colour, words)
    if report.takes_votes:
        yield from costs.price_of_quality(board, words)
        for at, part in enumerate(board.parts, start=1):
            yield from _by_tag(board, part, at, words)
        yield from _matrix(board, words)
        yield from _figures(report, colour, words)
    yield from _beside(board, words)
    yield from panels.sections(board, words, colour)
    yield from blocks.section(
        "methods", words.gettext("How it was done"), blocks.listed(methods.methods(report, words))
    )
    yield from blocks.section(
        "limitations",
        words.gettext("What to keep in mind"),
        blocks.listed(methods.limitations(report, words)),
    )
    if report.texts is not None:
        yield from _texts(report, report.texts, words)
    yield from blocks.section(
        "source", words.gettext("To check this report"), _source(report, words)
    )


def _colours(report: Report) -> dict[str, int]:
    return charts.colours_of(report.board, [one.name for one in report.competitors])


def _card(board: Leaderboard, words: Words) -> Iterator[str]:
    yield '<section class="card" aria-labelledby="card">'
    yield f'<h2 id="card" class="quiet">{escape(words.gettext("What can be decided"))}</h2>'
    yield "<dl>"
    for sentence in decision.decide(board, words):
        about = [sentence.figure] if sentence.figure else []
        if sentence.behind is not None:
            about.append(behind.counted(board, sentence.behind, words))
        yield f"<div><dt>{escape(sentence.text)}</dt><dd>{escape(' · '.join(about))}</dd></div>"
    yield "</dl>"
    yield from blocks.listed(notes.verdicts(board, words))
    yield "</section>"


def _against(board: Leaderboard, colour: dict[str, int], words: Words) -> Iterator[str]:
    found = incumbent.panel(board, words)
    if found is None:
        return
    rows = incumbent.drawn(found, colour)
    axis = charts.axis_of(end for row in rows for end in (row.low, row.share, row.high))
    told = [
        *blocks.listed(incumbent.lines(board, words)),
        *(_plot(rows, axis, words) if rows else ()),
    ]
    yield from blocks.section("incumbent", words.gettext("Against what is live"), told)


def _by_tag(board: Leaderboard, part: Part, at: int, words: Words) -> Iterator[str]:
    table = slices.table(board, part, words)
    if table is not None:
        named = f": {words.names(part.configurations)}" if len(board.parts) > 1 else ""
        heading = words.gettext("By tag of the prompts") + named
        yield from blocks.section(f"slices-{at}", heading, blocks.table(table))


def _decision(report: Report, words: Words) -> Iterator[str]:
    made = report.decided
    if made is None:
        said = [words.gettext("Nothing is recorded as decided yet.")]
    else:
        said = [
            decided.sentence(made.chosen, made.decided_by, made.at, words),
            decided.grounds(made.reason, words, is_against=made.is_against),
        ]
        if made.leaderboard_id != report.leaderboard_id:
            told = decided.rests_on(made.leaderboard_id, made.digest, words)
            said.append(
                words.gettext(
                    "It rests on another leaderboard than this report: %(which)s.", which=told
                )
            )
    yield from blocks.section(
        "decision",
        words.gettext("What was decided"),
        (f'<p class="written">{escape(line)}</p>' for line in said),
    )


def _declared(report: Report, words: Words) -> Iterator[str]:
    made = report.declared

    def told() -> Iterator[str]:
        if made is None:
            yield blocks.paragraph(words.gettext(preregistered.NONE_MADE))
            return
        if made.document is None:
            yield blocks.paragraph(words.gettext(preregistered.BROKEN))
        else:
            yield from blocks.listed(preregistered.deviations(made.deviations, words))
            yield "<dl>"
            for name, text in preregistered.declared(made.document, words):
                yield f'<dt class="quiet">{escape(name)}</dt>'
                yield f'<dd class="written">{escape(text)}</dd>'
            yield "</dl>"
        moment = words.moment(made.at)
        yield blocks.paragraph(
            words.gettext("Frozen when the study opened, on %(moment)s.", moment=moment)
        )
        yield f'<p class="fingerprint">{escape(preregistered.fingerprint(made.digest, words))}</p>'

    yield from blocks.section("registered", words.gettext("Pre-registration"), told())


def _asked(report: Report, words: Words) -> Iterator[str]:
    def told() -> Iterator[str]:
        yield f'<p class="written">{escape(report.instructions)}</p>'
        rows = tuple(
            (one.name, one.approach, _model(one, words))
            for one in report.competitors
            if not one.is_retired
        )
        columns = (
            words.gettext("Configuration"),
            words.gettext("Approach"),
            words.gettext("Model"),
        )
        yield from blocks.table(
            Table(
                words.gettext("Table of configurations"),
                columns,
                rows,
                texts=tuple(range(1, len(columns))),
            )
        )

    yield from blocks.section("asked", words.gettext("What raters were asked"), told())


def _model(one: Competitor, words: Words) -> str:
    """Return what answers for a configuration, and when it is switched off."""
    model = one.model or words.gettext("imported")
    if one.retires_on is None:
        return model
    day = retirement_words.day(one.retires_on, words)
    return words.gettext("%(model)s (retires on %(day)s)", model=model, day=day)


def _part(
    board: Leaderboard, part: Part, at: int, colour: dict[str, int], words: Words
) -> Iterator[str]:
    named = f": {words.names(part.configurations)}" if len(board.parts) > 1 else ""
    rows = charts.intervals(board, part, colour)
    axis = charts.share_axis(rating for _, rating in board.of_part(part))

    def plot() -> Iterator[str]:
        yield blocks.paragraph(captions.of_intervals(rows, words))
        yield from _plot(rows, axis, words)

    yield from blocks.section(f"intervals-{at}", words.gettext("How sure is it?") + named, plot())
    yield from costs.against(board, part, named, at, colour, words)


def _plot(rows: Sequence[Interval], axis: Axis, words: Words) -> Iterator[str]:
    yield '<ul class="intervals">'
    for row in rows:
        yield (
            f'<li><span class="name">{blocks.swatch(row.colour)}'
            f"{blocks.named(row.name, words)}</span>"
            f'<span class="track">{row.svg(axis)}</span>'
            f'<span class="figure">{escape(row.figure(words))}</span>{_brackets(row)}</li>'
        )
    yield (
        '<li class="axis" aria-hidden="true"><span class="name"></span>'
        f'<span class="track">{charts.axis_svg(axis, words)}</span>'
        '<span class="figure"></span></li></ul>'
    )


def _brackets(row: Interval) -> str:
    inside = "".join(f'<span class="bracket {mark}"></span>' for mark in row.brackets)
    return f'<span class="brackets" aria-hidden="true">{inside}</span>'


def _matrix(board: Leaderboard, words: Words) -> Iterator[str]:
    names, cells = charts.matrix(board)

    def field(row: str, column: str) -> str:
        if row == column:
            return ""
        cell = cells.get((row, column))
        if cell is None:
            return NONE
        told = f"{words.tally(cell.wins)}–{words.tally(cell.losses)}"
        if not cell.ties:
            return told
        tied = words.gettext("%(number)s tied", number=words.tally(cell.ties))
        return f"{told}, {tied}"

    table = Table(
        words.gettext("Table of wins"),
        (words.gettext("Configuration"), *map(words.name, names)),
        tuple((words.name(row), *(field(row, column) for column in names)) for row in names),
        says=words.gettext("Wins and losses of the row against the column."),
    )
    yield from blocks.section("pairs", words.gettext("Head to head"), blocks.table(table))


def _figures(report: Report, colour: dict[str, int], words: Words) -> Iterator[str]:
    one_off = {
        one.name: one.one_off_cost
        for one in report.competitors
        if one.one_off_cost is not None and not one.is_retired
    }
    rows = tables.figures(report.board, colour, one_off, words)
    columns = (words.gettext("Configuration"), *tables.figure_names(one_off, words))

    def cells(row: FigureRow) -> tuple[str, ...]:
        rated = (row.rating, row.place, row.expected) if row.rating else (row.missing, NONE, NONE)
        return (words.name(row.name), *rated, row.counted or NONE, *row.figures)

    table = Table(words.gettext("Table of all figures"), columns, tuple(cells(row) for row in rows))
    yield from blocks.section("figures", words.gettext("All figures"), blocks.table(table))


def _beside(board: Leaderboard, words: Words) -> Iterator[str]:
    given = board.marks
    if given is not None and given.grades:
        said = [blocks.paragraph(line) for line in marks.of_grades(given, words)]
        table = tables.grades(given.grades, words, is_computed=True)
        yield from blocks.section("grades", words.gettext("Grades"), [*said, *blocks.table(table)])
    if given is not None and given.criteria:
        said = [blocks.paragraph(line) for line in marks.cautions(given, words)]
        table = tables.criteria(given.criteria, words)
        yield from blocks.section(
            "criteria", words.gettext("Criteria"), [*said, *blocks.table(table)]
        )
    if board.gold is not None:
        table = tables.gold(board.gold, words)
        yield from blocks.section("gold", words.gettext("Gold"), blocks.table(table))
    if board.blinding is not None:
        said = [blocks.paragraph(line) for line in blindness.sentences(board.blinding, words)]
        for table in tables.of_blinding(board.blinding, words):
            said += blocks.table(table)
        yield from blocks.section("blindness", words.gettext("Did blindness hold?"), said)


def _texts(report: Report, texts: Sequence[Texts], words: Words) -> Iterator[str]:
    yield f'<h2 id="texts">{escape(words.gettext("Prompts and answers"))}</h2>'
    if len(texts) < report.prompts:
        yield blocks.paragraph(
            words.gettext("The first %(number)s are shown.", number=words.count(len(texts)))
        )
    for at, each in enumerate(texts, start=1):
        heading = words.gettext("Prompt %(number)s", number=words.count(at))
        yield f'<h3>{escape(heading)}</h3><p class="written">{escape(each.prompt)}</p>'
        yield "<dl>"
        for name, text in each.answers:
            yield f'<dt class="quiet">{escape(name)}</dt><dd class="written">{escape(text)}</dd>'
        yield "</dl>"


def _source(report: Report, words: Words) -> Iterator[str]:
    yield blocks.paragraph(
        words.gettext(
            "This report was written from stored leaderboard %(number)s of the study %(study)s. "
            "Its fingerprint is the SHA-256 of what is stored:",
            number=report.leaderboard_id,
            study=report.study,
        )
    )
    yield f'<p class="fingerprint">{report.digest}</p>'
    yield blocks.paragraph(
        words.gettext(
            "To compute the ratings again from their votes: %(command)s",
            command=f"evenhand leaderboard {report.study} --verify",
        )
    )
