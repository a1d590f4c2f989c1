"""Holds calls back: to what a provider takes, after many failures in a row, or for good.

What a provider takes is a rate limit that the operator wrote, and a throttle learnt from its
refusals. A configuration rests until a moment and goes on by itself, or is paused until somebody
resumes it.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from service.domain import rate_limit, throttle
from service.domain.budget import Amount
from service.domain.completion import CompletionAnswer, CompletionFailure
from service.domain.configuration import rate_limit_name
from service.domain.rate_limit import Limit
from service.store import rate_limits, studies, throttles
from service.store.models import Configuration

MOST_FAILURES = 10
REST = timedelta(seconds=60)
# Room also comes back when a call used less than its bound: look again soon.
_LOOK_AGAIN_SECONDS = 2.0
# Or when a call ends that a provider takes no other beside.
_CALL_AGAIN = timedelta(seconds=0.5)
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
    provider asked to wait, takes no more at once, or has its rate limit used up, rests until
    there is room.
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
    _throttle(session, wanted, of_limit, answers, now)
    for name in sorted(of_limit.keys() & limits.keys()):
        limit, row = limits[name], rate_limits.locked(session, name, limits[name], now)
        for at in filter(answers.__getitem__, of_limit[name]):
            configuration, bound = wanted[at]
            wait = rate_limit.wait_seconds(
                limit, rate_limits.room_of(row), bound.calls, bound.tokens
            )
            if wait > 0:
                answers[at] = False
                _rest(configuration, now + timedelta(seconds=min(wait, _LOOK_AGAIN_SECONDS)))
            else:
                rate_limits.write(
                    row, rate_limit.less(rate_limits.room_of(row), bound.calls, bound.tokens)
                )
    return answers


def _throttle(
    session: Session,
    wanted: Sequence[tuple[Configuration, Amount]],
    of_name: Mapping[str, Sequence[int]],
    answers: list[bool],
    now: datetime,
) -> None:
    """Take back what providers do not take now, as their refusals have taught."""
    for name, row in throttles.locked(session, of_name).items():
        learnt = throttles.read(row)
        running = throttles.running(session, name, now)
        room = throttle.room(learnt, running, now)
        for at in () if room is None else of_name[name][room:]:
            answers[at] = False
            _rest(wanted[at][0], max(learnt.closed_until or now, now + _CALL_AGAIN))


def _rest(configuration: Configuration, until: datetime) -> None:
    configuration.resting_until = max(configuration.resting_until or until, until)


def learn(
    session: Session,
    ended: Sequence[tuple[Configuration, Outcome]],
    now: datetime,
    draw: Callable[[], float],
) -> None:
    """Learn from answers and refusals how many calls at once each provider takes, for all workers.

    The configurations that were refused rest until their provider may be asked again.
    """
    of_name: dict[str, list[tuple[Configuration, Outcome]]] = {}
    for configuration, outcome in ended:
        of_name.setdefault(limit_name_of(configuration), []).append((configuration, outcome))
    rows = throttles.locked(session, of_name)
    for name, outcomes in sorted(of_name.items()):
        refusals = [
            (one, outcome)
            for one, outcome in outcomes
            if isinstance(outcome, CompletionFailure) and outcome.must_wait
        ]
        answers = sum(isinstance(outcome, CompletionAnswer) for _, outcome in outcomes)
        row = rows.get(name) or (throttles.made(session, name) if refusals else None)
        if row is None:
            continue
        learnt = throttle.answered(throttles.read(row), answers, now)
        if refusals:
            at_once = len(outcomes) + throttles.running(session, name, now)
            floor = max(outcome.retry_after or 0.0 for _, outcome in refusals)
            learnt = throttle.refused(learnt, at_once, floor, now, draw())
            for configuration, _ in refusals:
                _rest(configuration, learnt.closed_until or now)
        throttles.write(row, learnt)


def waits(session: Session, configurations: Iterable[Configuration]) -> dict[int, datetime]:
    """Return until when providers asked to wait that have answered nothing since, by id."""
    present = list(configurations)
    learnt = throttles.known(session, [limit_name_of(each) for each in present])
    found = {each.id: learnt.get(limit_name_of(each)) for each in present if each.model}
    return {
        identity: one.closed_until
        for identity, one in found.items()
        if one is not None and one.is_waiting and one.closed_until is not None
    }


def forget(session: Session, configurations: Iterable[Configuration]) -> None:
    """Let the providers of configurations be asked at once, whatever they said before."""
    throttles.forget(session, [limit_name_of(each) for each in configurations])


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
            elif outcome.error_class not in _OURS and not outcome.must_wait:
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
