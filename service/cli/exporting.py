"""The command that writes what raters prefer as files for trainers, analysis and people."""

from pathlib import Path
from typing import Any

import click

from service import exporting
from service.cli import answers, export_policy
from service.cli.context import Outlet
from service.formats import directories
from service.formats.exports import kinds, manifest
from service.formats.exports.policy import Split

_FORMATS = "\n".join(f"{each.name}: {each.readers}" for each in kinds.FORMATS.values())


@click.command(epilog=f"\b\nFormats:\n{_FORMATS}", cls=answers.Command)
@click.argument("study")
@click.option("--format", "name", type=click.Choice(list(kinds.FORMATS)), default=kinds.DEFAULT)
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), required=True)
@click.option("--test-share", type=click.FloatRange(0, 1), default=0.1, help="Of the prompts.")
@export_policy.options
@click.pass_obj
def export(
    outlet: Outlet, /, study: str, name: str, out: Path, test_share: float, **asked: Any
) -> None:
    """Write the preferences of STUDY as files into the folder OUT."""
    policy = export_policy.of(asked)
    form = kinds.by_name(name)
    with directories.new(out) as folder, outlet.errors.status("writing …") as status:
        made = exporting.write(
            outlet.database,
            study,
            folder,
            form,
            policy,
            Split(test_share),
            outlet.key,
            lambda done: status.update(f"{done:,} matchups"),
        )
    outlet.answer({"folder": out, "manifest": made})
    _tell(out, made)


def _tell(out: Path, made: dict[str, Any]) -> None:
    for name, told in made["files"].items():
        if "rows" in told and ".meta" not in name:
            click.echo(f"{out / name}: {told['rows']:,} rows")
    left_out = sum(made["dropped"].values())
    if left_out:
        click.echo(f"{left_out:,} of {made['matchups_in']:,} matchups gave no row.")
    if made["split"]["all_in_train"]:
        click.echo("All prompts fell into the test file; it is the training file.")
    longer = made["chosen_is_longer"]
    if longer["of"] >= 20 and longer["pairs"] > 0.65 * longer["of"]:  # noqa: PLR2004 - said in the docs
        share = round(100 * longer["pairs"] / longer["of"])
        click.echo(
            f"The preferred answer is the longer one in {share} % of rows: mind the bias, "
            "or balance it by --balance-length."
        )
    if made["redacted"]:
        told = ", ".join(f"{number:,} {kind}" for kind, number in made["redacted"].items())
        click.echo(f"Personal data put out of sight: {told}.")
    for note in made["notes"]:
        click.echo(note)
    click.echo(f"{out / manifest.MANIFEST} says what was dropped and why.")
