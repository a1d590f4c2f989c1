"""The options of commands that export: each says one line of the policy."""

from collections.abc import Callable, Mapping
from typing import Any

import click

from service.formats.exports.policy import Policy

_OPTIONS = (
    click.option("--least-votes", type=int, default=1, help="Votes that a matchup needs."),
    click.option(
        "--least-agreement",
        type=float,
        default=0.0,
        help="Share of votes for the preferred, 0 to 1.",
    ),
    click.option(
        "--ignore-ties", is_flag=True, help="Ties take nothing from agreement and margin."
    ),
    click.option("--ignore-both-bad", is_flag=True, help="Nor do votes that both are bad."),
    click.option(
        "--no-conflicts", is_flag=True, help="Leave out matchups on which raters disagree."
    ),
    click.option("--strength", is_flag=True, help="Much better counts twice in the margin."),
    click.option("--keep-flagged", is_flag=True, help="Count votes of raters who flagged."),
    click.option("--no-imported", is_flag=True, help="Leave out votes that came from a file."),
    click.option("--no-cut-off", is_flag=True, help="Leave out answers that ended at their bound."),
    click.option("--no-leaks", is_flag=True, help="Leave out answers that name their maker."),
    click.option(
        "--balance-length",
        is_flag=True,
        help="Leave out rows until the longer answer is preferred as often as the shorter.",
    ),
    click.option(
        "--not-trained-on",
        multiple=True,
        metavar="CONFIGURATION",
        help="Its texts are never the preferred ones; may be given several times.",
    ),
    click.option("--wins-as-labels", is_flag=True, help="A win makes good and a loss makes bad."),
    click.option(
        "--redact",
        is_flag=True,
        help="Put e-mail addresses, phone, card and bank numbers and IP addresses out of sight.",
    ),
    click.option(
        "--phones-of",
        multiple=True,
        metavar="COUNTRY",
        help="Whose national phone numbers to know beside international ones; default US.",
    ),
)


def options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the options of a policy."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def of(asked: Mapping[str, Any]) -> Policy:
    """Return the policy that the options of a command ask for.

    Raises
    ------
    PolicyInvalid
    """
    return Policy(
        least_votes=asked["least_votes"],
        least_agreement=asked["least_agreement"],
        ties="ignore" if asked["ignore_ties"] else "count",
        both_bad="ignore" if asked["ignore_both_bad"] else "count",
        conflicts=not asked["no_conflicts"],
        strength=asked["strength"],
        flagged="keep" if asked["keep_flagged"] else "drop",
        imported=not asked["no_imported"],
        cut_off=not asked["no_cut_off"],
        leaks=not asked["no_leaks"],
        balanced=asked["balance_length"],
        not_trained_on=asked["not_trained_on"],
        wins_as_labels=asked["wins_as_labels"],
        redacted=asked["redact"],
        countries=asked["phones_of"] or Policy.countries,
    )
