"""The command that checks the rules which rows must always obey."""

import click

from service.cli import answers
from service.cli.context import Outlet
from service.cli.terminal import clean
from service.database import now
from service.usecases.sighted.studies import invariants


@click.command("check-invariants", cls=answers.Command)
@click.pass_obj
def check_invariants(outlet: Outlet) -> int:
    """Check that money, leases, results, votes and counts agree with each other."""
    with outlet.database.reading() as session:
        checks = invariants.check(session, now(session))
    outlet.answer([{"rule": one.rule, "broken": one.broken} for one in checks])
    for check in checks:
        mark = "[green]holds[/green]" if not check.broken else "[red]BROKEN[/red]"
        outlet.console.print(f"{mark}  {check.rule}")
        for line in check.broken:
            outlet.console.print(f"        {clean(line)}", style="red", markup=False)
    return 1 if any(check.broken for check in checks) else 0
