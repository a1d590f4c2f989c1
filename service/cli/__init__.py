"""The command `evenhand`: one group per noun; every error is one sentence, never a trace."""

import sys

import click

from service.cli import boards, data, invitations, operations, studies
from service.cli.context import Outlet
from service.errors import Invalid, NotFound, ServiceError

EXIT_CODES = {Invalid: 2, NotFound: 3}


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="evenhand", message="%(version)s")
@click.pass_context
def cli(context: click.Context) -> None:
    """Compare model outputs side by side, blind, and rank what wrote them."""
    context.obj = Outlet()
    context.call_on_close(context.obj.close)


cli.add_command(operations.run)
cli.add_command(operations.migrate)
cli.add_command(operations.sign_in)
cli.add_command(operations.sweep)
cli.add_command(operations.check_invariants)
cli.add_command(studies.study)
cli.add_command(invitations.invite)
cli.add_command(data.import_)
cli.add_command(data.export)
cli.add_command(boards.leaderboard)


def main() -> None:
    """Run the command line and turn errors into one clear sentence and an exit code."""
    try:
        result = cli.main(standalone_mode=False)
    except click.Abort:
        sys.exit(130)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except ServiceError as error:
        click.echo(f"evenhand: {error.message}", err=True)
        sys.exit(next((code for kind, code in EXIT_CODES.items() if isinstance(error, kind)), 1))
    sys.exit(result if isinstance(result, int) else 0)
