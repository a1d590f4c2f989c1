"""The command that prints what a shell needs to complete `evenhand …`."""

import click
from click import shell_completion

from service.cli import answers
from service.cli.context import Outlet

VARIABLE = "_EVENHAND_COMPLETE"
_SHELLS = ("bash", "zsh", "fish")


@click.command(cls=answers.Command)
@click.argument("shell", type=click.Choice(_SHELLS))
@click.pass_obj
def completion(outlet: Outlet, shell: str) -> None:
    """Print the completion for SHELL; let it read that at its start.

    bash: eval "$(evenhand completion bash)" in ~/.bashrc; zsh likewise in ~/.zshrc; fish:
    evenhand completion fish > ~/.config/fish/completions/evenhand.fish
    """
    kind = shell_completion.get_completion_class(shell)
    if kind is None:
        raise click.UsageError(f"There is no completion for {shell}.")
    made = kind(click.Command("evenhand"), {}, "evenhand", VARIABLE)
    script = made.source_template % made.source_vars()
    outlet.answer({"script": script})
    click.echo(script)
