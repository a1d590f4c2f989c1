"""The command that makes a study file of another tool's configuration."""

from pathlib import Path

import click

from service.cli import files
from service.cli.context import Outlet
from service.cli.studies import study


@study.command("adopt")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.pass_obj
def adopt(outlet: Outlet, file: Path) -> None:
    """Print the study file that FILE, a configuration of promptfoo, stands for.

    Providers and prompts become configurations, tests become prompts; assertions are left out,
    since people judge. Save what is printed: evenhand study adopt FILE > study.yaml
    """
    from service.formats import promptfoo_config, study_writer

    made = promptfoo_config.adopt(files.text(file), file.name, files.text_below(file.parent))
    text = study_writer.text(made.text)
    outlet.answer({"text": text, "notes": made.notes})
    click.echo(text, nl=False)
    for note in made.notes:
        click.echo(f"Note: {note}", err=True)
