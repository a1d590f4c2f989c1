"""The command that writes a report as one file."""

from pathlib import Path

import click

from service.cli import answers
from service.cli.context import Outlet
from service.errors import Conflict, Invalid
from service.reporting.report.page import page
from service.usecases.sighted.results import reports


class FileNotWritten(Conflict):
    """The report could not be written where it was to stand."""


class UnknownLanguage(Invalid):
    """No report is written in that language."""


@click.command(cls=answers.Command)
@click.argument("study")
@click.option("--out", required=True, type=click.Path(path_type=Path), help="The new file.")
@click.option("--language", default="en", show_default=True, help="The code of a language.")
@click.option("--texts", is_flag=True, help="Add prompts and answers.")
@click.option("--leaderboard", "number", type=int, help="Its number; the newest one else.")
@click.pass_obj
def report(
    outlet: Outlet,
    study: str,
    out: Path,
    language: str,
    texts: bool,  # noqa: FBT001 - a flag
    number: int | None,
) -> None:
    """Write the leaderboard of STUDY, how it was made and what was decided, as one HTML file."""
    # Catalogues stand with the pages; only a report needs another language than English here.
    from service.web import languages

    known = languages.shipped()
    if language not in known:
        raise UnknownLanguage(f"Reports are written in: {', '.join(known)}.")
    with outlet.database.transaction() as session:
        told = reports.of_study(session, study, number, with_texts=texts)
    spoken = known[language]
    try:
        with out.open("x", encoding="utf-8") as file:
            file.write(page(told, spoken.sighted, spoken.code, spoken.direction))
    except FileExistsError:
        raise FileNotWritten(f"There is a {out} already. Name a file that is not there.") from None
    except OSError as error:
        raise FileNotWritten(f"{out} cannot be written: {error.strerror}.") from None
    outlet.answer({"file": out})
    click.echo(f"Written: {out}. It opens in any browser, without a network, and prints.")
