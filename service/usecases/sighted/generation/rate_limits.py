"""Holds calls back: to a provider's rate limit, after many failures in a row, or for good.

A configuration rests until a moment and goes on by itself, or is paused until somebody
resumes it.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from service.domain import rate_limit
from service.domain.budget import Amount
from service.domain.completion import CompletionAnswer, CompletionFailure
from service.domain.configuration import rate_limit_name
from service.domain.rate_limit import Limit
from service.store import rate_limits, studies
from service.store.models import Configuration

MOST_FAILURES = 10
REST = timedelta(seconds=60)
# Room also comes back when a call used less than its bound: look again soon.
_LOOK_AGAIN_SECONDS = 2.0
# These say something of us and nothing of the provider.
_OURS = frozenset({"stopped", "internal", "database_away", "template_invalid"})

Outcome = CompletionAnswer | CompletionFailure


def allowed(
    session: Session,
    wanted: Sequence[tuple[Configuration, Amount]],
    limits: Mapping[str, Limit],
    now: datetime,
) -> list[bool]:
    """Tell for each call whether it may be made now, and count those that may.

    A configuration that failed too often gets one call to show that it works again; one whose
    provider's rate limit is used up rests until there is room.
    """
    answers = [not _is_on_trial(configuration) for configuration, _ in wanted]
    for configuration_id in {one.id for one, _ in wanted if _is_on_trial(one)}:
        first = next(at for at, (one, _) in enumerate(wanted) if one.id == configuration_id)
        answers[first] = True
        wanted[first][0].resting_until = now + REST
    of_limit: dict[str, list[int]] = {}
    for at, (configuration, _) in enumerate(wanted):
        if answers[at]:
            of_limit.setdefault(limit_name_of(configuration), []).append(at)
    for name in sorted(of_limit.keys() & limits.keys()):
        limit, row = limits[name], rate_limits.locked(session, name, limits[name], now)
        for at in of_limit[name]:
            configuration, bound = wanted[at]
            wait = rate_limit.wait_seconds(
                limit, rate_limits.room_of(row), bound.calls, bound.tokens
            )
            if wait > 0:
                answers[at] = False
                until = now + timedelta(seconds=min(wait, _LOOK_AGAIN_SECONDS))
                configuration.resting_until = max(configuration.resting_until or until, until)
            else:
                rate_limits.write(
                    row, rate_limit.less(rate_limits.room_of(row), bound.calls, bound.tokens)
                )
    return answers


def give_back(
    session: Session,
    unused: Iterable[tuple[Configuration, Amount]],
    limits: Mapping[str, Limit],
    now: datetime,
) -> None:
    """Give back what was counted and not used: the rest of a bound, or a call not made."""
    sums: dict[str, tuple[int, int]] = {}
    for configuration, amount in unused:
        name = limit_name_of(configuration)
        if name in limits:
            calls, tokens = sums.get(name, (0, 0))
            sums[name] = (calls + amount.calls, tokens + amount.tokens)
    for name, (calls, tokens) in sorted(sums.items()):
        row = rate_limits.locked(session, name, limits[name], now)
        rate_limits.write(row, rate_limit.less(rate_limits.room_of(row), -calls, -tokens))


def note(session: Session, ended: Sequence[tuple[Configuration, Outcome]], now: datetime) -> None:
    """Count failures in a row; let a configuration rest after ten, and end that at a success."""
    for configuration in {one.id: one for one, _ in ended}.values():
        outcomes = [outcome for one, outcome in ended if one.id == configuration.id]
        failures, last, has_answer = 0, None, False
        for outcome in outcomes:
            if isinstance(outcome, CompletionAnswer):
                failures, has_answer = 0, True
            elif outcome.error_class not in _OURS:
                failures, last = failures + 1, outcome
        if not failures and not (has_answer and configuration.failures_in_a_row):
            continue
        number = studies.count_failures(session, configuration, failures, anew=has_answer)
        if not number:
            configuration.resting_until = configuration.resting_because = None
        elif number >= MOST_FAILURES and last is not None:
            configuration.resting_until = now + REST
            configuration.resting_because = (
                f"{number} calls failed in a row, the last one with {last.error_class}. "
                "One call a minute is tried until one succeeds."
            )


def pause_if_over(configuration: Configuration, held: Amount, charged: Amount) -> None:
    """Pause a configuration whose provider charges more than was thought to be the most."""
    over_money = (charged.nanos or 0) > (held.nanos or 0)
    if charged.tokens > held.tokens or over_money:
        configuration.paused_because = (
            f"The provider counted {charged.tokens:,} tokens for one answer, where "
            f"{held.tokens:,} were held to be the most. It is charged in full. Check the model "
            "and max_tokens, then resume."
        )


def limit_name_of(configuration: Configuration) -> str:
    """Return the name under which a configuration's calls share a rate limit."""
    return rate_limit_name(configuration.model or "", configuration.endpoint)


def _is_on_trial(configuration: Configuration) -> bool:
    return configuration.failures_in_a_row >= MOST_FAILURES
