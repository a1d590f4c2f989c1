"""The command that writes what raters prefer as files for trainers, analysis and people."""

from importlib.metadata import version
from pathlib import Path
from typing import Any

import click

from service import slow_work
from service.cli.context import Outlet
from service.formats import directories
from service.formats.exports import kinds, writing
from service.formats.exports.policy import Policy, Split
from service.usecases.sighted import lookup
from service.usecases.sighted.studies import exports

_FORMATS = "\n".join(f"{each.name}: {each.readers}" for each in kinds.FORMATS.values())


@click.command(epilog=f"\b\nFormats:\n{_FORMATS}")
@click.argument("study")
@click.option("--format", "name", type=click.Choice(list(kinds.FORMATS)), default=kinds.DEFAULT)
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), required=True)
@click.option("--least-votes", type=int, default=1, help="Votes that a matchup needs.")
@click.option(
    "--least-agreement", type=float, default=0.0, help="Share of votes for the preferred, 0 to 1."
)
@click.option("--keep-flagged", is_flag=True, help="Count votes of raters who flagged the matchup.")
@click.option("--no-imported", is_flag=True, help="Leave out votes that came from a file.")
@click.option("--no-cut-off", is_flag=True, help="Leave out answers that ended at their bound.")
@click.option(
    "--not-trained-on",
    multiple=True,
    metavar="CONFIGURATION",
    help="Its texts are never the preferred ones; may be given several times.",
)
@click.option("--wins-as-labels", is_flag=True, help="A win makes good and a loss makes bad.")
@click.option("--test-share", type=click.FloatRange(0, 1), default=0.1, help="Of the prompts.")
@click.pass_obj
def export(
    outlet: Outlet,
    study: str,
    name: str,
    out: Path,
    least_votes: int,
    least_agreement: float,
    keep_flagged: bool,  # noqa: FBT001 - a flag
    no_imported: bool,  # noqa: FBT001 - a flag
    no_cut_off: bool,  # noqa: FBT001 - a flag
    not_trained_on: tuple[str, ...],
    wins_as_labels: bool,  # noqa: FBT001 - a flag
    test_share: float,
) -> None:
    """Write the preferences of STUDY as files into the folder OUT."""
    policy = Policy(
        least_votes=least_votes,
        least_agreement=least_agreement,
        flagged="keep" if keep_flagged else "drop",
        imported=not no_imported,
        cut_off=not no_cut_off,
        not_trained_on=not_trained_on,
        wins_as_labels=wins_as_labels,
    )
    form = kinds.by_name(name)
    with outlet.database.reading() as session:
        study_id = lookup.find(session, study).id
    slow_work.fold_all(outlet.database, study_id)
    with directories.new(out) as folder, outlet.database.reading() as session:
        exports.check_names(session, study, not_trained_on)
        about = writing.About(study, version("evenhand"), exports.fingerprints(session, study))
        records = exports.of_study(session, study, outlet.key.encode())
        manifest = writing.write(folder, records, form, about, policy, Split(test_share))
    _tell(out, manifest)


def _tell(out: Path, manifest: dict[str, Any]) -> None:
    for name, told in manifest["files"].items():
        if "rows" in told and ".meta" not in name:
            click.echo(f"{out / name}: {told['rows']:,} rows")
    left_out = sum(manifest["dropped"].values())
    if left_out:
        click.echo(f"{left_out:,} of {manifest['matchups_in']:,} matchups gave no row.")
    if manifest["split"]["all_in_train"]:
        click.echo("All prompts fell into the test file; it is the training file.")
    longer = manifest["chosen_is_longer"]
    if longer["of"] >= 20 and longer["pairs"] > 0.65 * longer["of"]:  # noqa: PLR2004 - said in the docs
        share = round(100 * longer["pairs"] / longer["of"])
        click.echo(f"The preferred answer is the longer one in {share} % of rows: mind the bias.")
    for note in manifest["notes"]:
        click.echo(note)
    click.echo(f"{out / writing.MANIFEST} says what was dropped and why.")
