"""The command `evenhand`: one group per noun; every error is one sentence, never a trace."""

import importlib
import sys
from collections.abc import Mapping
from typing import Any

import click
from click.shell_completion import CompletionItem

from service.cli import answers, source, terminal
from service.errors import Invalid, NotFound, ServiceError

# What a command ends with: 0 where it did what it was asked to, 1 where it was refused or failed,
# 2 only by `leaderboard --check` where something fell back, 130 where somebody stopped it.
EXIT_CODES = {NotFound: 3, Invalid: 4}
MISTYPED = EXIT_CODES[Invalid]

# A command's module is loaded when it is called: `run` should not wait for the others.
COMMANDS = {
    "run": "service.cli.operations:run",
    "migrate": "service.cli.operations:migrate",
    "sign-in": "service.cli.operations:sign_in",
    "sweep": "service.cli.operations:sweep",
    "backup": "service.cli.backups:backup",
    "restore": "service.cli.backups:restore",
    "check-invariants": "service.cli.checks:check_invariants",
    "study": "service.cli.studies:study",
    "try": "service.cli.trying:try_",
    "prompts": "service.cli.prompt_sets:prompts",
    "judge": "service.cli.judges:judge",
    "exclude": "service.cli.exclusions:exclude",
    "flags": "service.cli.flags:show_flags",
    "submissions": "service.cli.submissions:show_submissions",
    "invite": "service.cli.invitations:invite",
    "import": "service.cli.data:import_",
    "export": "service.cli.exporting:export",
    "leaderboard": "service.cli.boards:leaderboard",
    "decide": "service.cli.decisions:decide",
    "report": "service.cli.reports:report",
    "share": "service.cli.shares:share",
    "publish": "service.cli.publishing:publish",
    "traces": "service.cli.publishing:traces",
    "token": "service.cli.tokens:token",
    "webhook": "service.cli.webhooks:hooks",
    "completion": "service.cli.completing:completion",
}
# Commands of a group that stand in a module of their own: "group command".
BESIDE = {
    "study delete": "service.cli.deleting:delete_study",
    "study doctor": "service.cli.diagnosing:diagnose",
    "study norming": "service.cli.norming:show_norming",
    "study preregistration": "service.cli.preregistrations:show_preregistration",
    "study unseal": "service.cli.preregistrations:unseal",
}

# Modules whose commands join a group of another one.
JOINED = {
    "study": ("service.cli.generating", "service.cli.packs", "service.cli.adopting"),
    "prompts": ("service.cli.prompt_drafts",),
    "judge": ("service.cli.judge_pools", "service.cli.judge_reports"),
}


class LazyGroup(click.Group):
    """A group whose commands are loaded when they are called; until then their source is read."""

    def __init__(self, *given: Any, targets: Mapping[str, str] | None = None, **named: Any) -> None:
        """Have the commands `targets` names: each "module:function", or all of a group's."""
        super().__init__(*given, **named)
        self._targets = COMMANDS if targets is None else targets

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of all commands, in the order of use."""
        del ctx
        return list(self._targets)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Load a command, None where there is none of that name."""
        del ctx
        if cmd_name not in self._targets:
            return None
        module, _, name = self._targets[cmd_name].partition(":")
        inner = source.commands_of(module, name)
        if inner:
            targets = {
                each: f"{place}:{function}"
                for place in (module, *JOINED.get(cmd_name, ()))
                for each, function in source.commands_of(place, name).items()
            }
            for path, target in BESIDE.items():
                group, _, called = path.partition(" ")
                if group == cmd_name:
                    targets[called] = target
            told = source.help_of(module, name)
            return LazyGroup(name=cmd_name, help=told, targets=targets)
        command: click.Command = getattr(importlib.import_module(module), name)
        return command

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """Return commands that begin as typed; none is loaded for it."""
        found = [
            CompletionItem(name, help=self._told(name).split("\n")[0])
            for name in self._targets
            if name.startswith(incomplete)
        ]
        return found or click.Command.shell_complete(self, ctx, incomplete)

    def _told(self, name: str) -> str:
        module, _, function = self._targets[name].partition(":")
        return source.help_of(module, function)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write what each command does, as its source says."""
        del ctx
        rows = [(name, self._told(name).split("\n\n")[0]) for name in self._targets]
        with formatter.section("Commands"):
            formatter.write_dl(rows)


@click.group(
    cls=LazyGroup,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(package_name="evenhand", message="%(version)s")
@click.pass_context
def cli(context: click.Context) -> None:
    """Compare model outputs side by side, blind, and rank what wrote them.

    `evenhand run` starts everything; `evenhand study apply FILE` sets a study up, and
    `evenhand COMMAND --help` says what a command takes.
    """
    from service.cli.context import Outlet

    context.obj = Outlet()
    context.call_on_close(context.obj.close)


def main() -> None:
    """Run the command line and turn errors into one clear sentence and an exit code."""
    words = sys.argv[1:]
    terminal.guard()
    try:
        result = cli.main(words or ["--help"], prog_name="evenhand", standalone_mode=False)
    except click.Abort:
        sys.exit(130)
    except click.ClickException as error:
        code = MISTYPED if isinstance(error, click.UsageError) else error.exit_code
        if answers.is_asked(words):
            click.echo(answers.error(error.format_message(), code), err=True)
        else:
            error.show()
        sys.exit(code)
    except ServiceError as error:
        code = next((code for kind, code in EXIT_CODES.items() if isinstance(error, kind)), 1)
        told = answers.error(error.message, code) if answers.is_asked(words) else None
        click.echo(told or f"evenhand: {error.message}", err=True)
        sys.exit(code)
    sys.exit(result if isinstance(result, int) else 0)
