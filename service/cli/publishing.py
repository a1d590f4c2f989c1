"""Commands that publish results, to MLflow, Delta tables or the Hub, and take traces in."""

import json
from pathlib import Path
from tempfile import TemporaryDirectory

import click

from service import exporting, importing, slow_work
from service.cli import answers
from service.cli.context import Outlet
from service.formats.exports import kinds
from service.formats.exports.policy import Policy, Split
from service.lineage import delta, hub, tracking
from service.reporting.report.page import page
from service.reporting.words import ENGLISH
from service.usecases.sighted import lookup
from service.usecases.sighted.results import read, reports
from service.usecases.sighted.studies import exports

_EXPERIMENT = click.option(
    "--experiment", help="Its name; on Databricks a path. Default: evenhand/STUDY."
)
_SERVER = click.option("--server", help="Address of the tracking server; else MLFLOW_TRACKING_URI.")


@click.group(cls=answers.Group)
def publish() -> None:
    """Publish a study's results where teams look."""


@publish.command("mlflow")
@click.argument("study")
@_EXPERIMENT
@_SERVER
@click.option("--export", "form", type=click.Choice(list(kinds.FORMATS)), help="Add its data set.")
@click.option("--judge", default="preference", show_default=True, help="What votes are called.")
@click.option("--grader", default="quality", show_default=True, help="What grades are called.")
@click.option("--no-votes", is_flag=True, help="Publish the leaderboard alone.")
@click.pass_obj
def publish_mlflow(
    outlet: Outlet,
    study: str,
    experiment: str | None,
    server: str | None,
    form: str | None,
    judge: str,
    grader: str,
    no_votes: bool,  # noqa: FBT001 - a flag
) -> None:
    """Publish the leaderboard of STUDY as a run, and votes and grades as assessments on traces."""
    _fold(outlet, study)
    shown = _shown(outlet, study)  # a sealed study refuses here, before anything is made elsewhere
    to = tracking.Tracking(server, experiment or f"evenhand/{study}")
    with TemporaryDirectory(prefix="evenhand-export-") as place:
        folder = None
        if form is not None:
            folder = Path(place)
            exporting.write(
                outlet.database, study, folder, kinds.by_name(form), Policy(), Split(), outlet.key
            )
        run_id = to.publish_board(shown, folder)
    click.echo(f"The leaderboard is run {run_id}.")
    outlet.answer({"run_id": run_id, "traces": 0, "assessments": 0})
    if not no_votes:
        with outlet.database.reading() as session:
            records = exports.of_study(session, study, outlet.key.encode())
            traces, said = to.publish_votes(study, records, judge, grader)
        outlet.answer({"run_id": run_id, "traces": traces, "assessments": said})
        click.echo(f"{traces:,} new traces; {said:,} assessments are new or have changed.")


@publish.command("delta")
@click.argument("study")
@click.option("--to", "root", required=True, help="The folder or address of the tables.")
@click.option("--option", "options", multiple=True, metavar="NAME=VALUE", help="For the storage.")
@click.pass_obj
def publish_delta(outlet: Outlet, study: str, root: str, options: tuple[str, ...]) -> None:
    """Merge votes, matchups and leaderboard of STUDY into Delta tables."""
    _fold(outlet, study)
    given = {}
    for option in options:
        name, mark, value = option.partition("=")
        if not mark:
            raise click.BadParameter(f"{option} is no NAME=VALUE.")
        given[name] = value
    with outlet.database.reading() as session:
        view = read.latest(session, study)
        board = None
        if view is not None and view.board is not None:
            board = view.board, view.digest, view.created_at.isoformat()
        records = exports.of_study(session, study, outlet.key.encode())
        rows = delta.publish(root, study, records, board, given)
    outlet.answer({"tables": rows, "leaderboard": board is not None})
    for name, number in rows.items():
        click.echo(f"{name}: {number:,} rows")
    if board is None:
        click.echo("There is no leaderboard yet.")


@publish.command("hub")
@click.argument("study")
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--to", "repository", required=True, metavar="OWNER/NAME", help="The data set.")
@click.option("--public", is_flag=True, help="A new data set is for all to see.")
@click.pass_obj
def publish_hub(
    outlet: Outlet,
    study: str,
    folder: Path,
    repository: str,
    public: bool,  # noqa: FBT001 - a flag
) -> None:
    """Push the export of STUDY in FOLDER to the Hugging Face Hub, by the token in HF_TOKEN."""
    with outlet.database.reading() as session:
        read.unsealed(session, study)
    address = hub.publish(folder, study, repository, is_public=public)
    outlet.answer({"address": address})
    click.echo(f"Pushed: {address}")


@click.command(cls=answers.Command)
@click.argument("study")
@click.option("--experiment", required=True, help="Whose traces come in.")
@click.option("--configuration", required=True, help="Whose answers they are.")
@_SERVER
@click.pass_obj
def traces(
    outlet: Outlet, study: str, experiment: str, configuration: str, server: str | None
) -> None:
    """Bring answers in from traces of MLflow, as those of one configuration of STUDY."""
    found = tracking.Tracking(server, experiment).answers()
    unread = 0
    with TemporaryDirectory(prefix="evenhand-traces-") as place:
        path = Path(place) / "traces.jsonl"
        with path.open("w", encoding="ascii") as file:
            for told in found:
                if told is None:
                    unread += 1
                    continue
                row = {"prompt": told[0], "configuration": configuration, "completion": told[1]}
                file.write(json.dumps(row) + "\n")
        done = importing.import_file(
            outlet.database,
            study,
            importing.Source("traces.jsonl", lambda: path.open("rb")),
            "completions",
        )
    outlet.ring_generation()
    outlet.answer({"added": done.added, "unchanged": done.unchanged, "unread": unread})
    click.echo(f"{done.added:,} answers came in, {done.unchanged:,} were there already.")
    for error in done.errors:
        click.echo(f"{error}", err=True)
    if unread:
        click.echo(f"{unread:,} traces hold no prompt of one turn with an answer.")


def _fold(outlet: Outlet, study: str) -> None:
    with outlet.database.reading() as session:
        study_id = lookup.find(session, study).id
    slow_work.fold_all(outlet.database, study_id)


def _shown(outlet: Outlet, study: str) -> tracking.Shown:
    with outlet.database.transaction() as session:
        told = reports.of_study(session, study)
        view = read.latest(session, study)
    if view is None or view.board is None:
        raise reports.NothingToReport("There is no leaderboard yet that could be published.")
    return tracking.Shown(study, view.title, view.board, view.digest, page(told, ENGLISH, "en"))
