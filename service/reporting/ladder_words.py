"""The ladder and the break-even in words: what each rung buys, and when it has paid for itself."""

from collections.abc import Iterator

from service.domain import break_even, ladder
from service.domain.break_even import BreakEven, Pays
from service.domain.ladder import Step
from service.domain.leaderboard import Leaderboard
from service.domain.priced import COST
from service.reporting import price, scatter_words
from service.reporting.price import Line
from service.reporting.states import called
from service.reporting.tables import Table
from service.reporting.words import MINUS, NONE, Words, msgid

# So many requests a month stand in a report, which cannot be asked.
USUAL_NUMBERS = (1_000, 10_000, 100_000, 1_000_000)
# Beyond this many months nobody plans: a hundred years.
MOST_MONTHS = 1200
_LEVEL = "95 %"
_TENTHS_UP_TO, _TENTH = 100, 0.1
_SAID = {
    ("between", False): msgid("%(name)s has paid for itself after %(low)s to %(high)s requests."),
    ("between", True): msgid("%(name)s has paid for itself after %(low)s to %(high)s months."),
    ("about", False): msgid("%(name)s has paid for itself after %(low)s requests."),
    ("about", True): msgid("%(name)s has paid for itself after %(low)s months."),
    ("perhaps", False): msgid(
        "%(name)s has paid for itself after %(low)s requests at the earliest, or never: whether a "
        "request costs less than with %(other)s is not sure."
    ),
    ("perhaps", True): msgid(
        "%(name)s has paid for itself after %(low)s months at the earliest, or never: whether a "
        "request costs less than with %(other)s is not sure."
    ),
}


def steps(board: Leaderboard, words: Words) -> list[Line]:
    """Return what each rung buys over the one below, and for what price."""
    return [_line(step, words) for step in ladder.climb(board) if step.state != "foot"]


def _line(step: Step, words: Words) -> Line:
    names = {"name": words.name(step.configuration), "below": words.name(step.below)}
    if step.state == "too_few":
        return Line(words.gettext("%(name)s has too few votes to say what its rung buys.", **names))
    apart = step.difference
    if step.state == "never_met" or apart is None:
        return Line(
            words.gettext(
                "No votes join %(name)s and %(below)s: what its rung buys is unknown.", **names
            )
        )
    if not apart.told_apart:
        said = words.gettext("%(name)s cannot be told from %(below)s, one rung down.", **names)
    elif apart.share > 0.5:  # noqa: PLR2004 - even
        said = words.gettext("%(name)s buys a preference over %(below)s, one rung down.", **names)
    else:
        said = words.gettext("%(name)s is worse than %(below)s, one rung down.", **names)
    return Line(said, " · ".join(_buys(step, words)))


def _buys(step: Step, words: Words) -> Iterator[str]:
    """Yield the share that a rung buys, and its price: per request and once."""
    apart, cost = step.difference, step.cost
    if apart is not None:
        yield words.gettext(
            "expected: %(share)s of votes [%(interval)s]",
            share=words.share(apart.share),
            interval=words.interval(apart.low, apart.high),
        )
    if cost is None:
        yield words.gettext("cost per request unknown")
    elif cost.low is None:
        yield words.gettext("too few prompts have costs of both")
    elif cost.is_same:
        yield words.gettext("the same cost per request")
    else:
        yield price.difference(cost, words)
    if step.one_off_cost:
        yield words.gettext("%(cost)s once", cost=words.money(step.one_off_cost))


def table(board: Leaderboard, words: Words) -> Table | None:
    """Return the ladder as a table, the foot first; None where a study has one rung."""
    found = ladder.climb(board)
    if not found:
        return None
    return Table(
        label=words.gettext("Table of the ladder"),
        texts=(1,),
        columns=(
            words.gettext("Rung"),
            words.gettext("Best configuration"),
            f"{words.gettext('Expected share against the rung below')} [{_LEVEL}]",
            words.gettext("Cost per 1,000"),
            f"{words.gettext('More than the rung below')} [{_LEVEL}]",
            words.gettext("Cost once"),
        ),
        rows=tuple(_row(board, step, words) for step in found),
    )


def _row(board: Leaderboard, step: Step, words: Words) -> tuple[str, ...]:
    own, apart, cost = board.prices.of(step.configuration).cost, step.difference, step.cost
    reasons = {
        "too_few": words.gettext("too few votes"),
        "never_met": words.gettext("never met"),
    }
    share = reasons.get(step.state, NONE)
    if apart is not None:
        share = f"{words.share(apart.share)} [{words.interval(apart.low, apart.high)}]"
    more = NONE
    if cost is not None and cost.low is not None and cost.high is not None:
        sign = MINUS if cost.value < 0 else "+" if cost.value > 0 else ""
        ends = " – ".join(_signed(end, words) for end in (cost.low, cost.high))
        more = f"{sign}{words.money(abs(cost.value))} [{ends}]"
    return (
        called(step.approach, words),
        words.name(step.configuration),
        share,
        words.unknown() if own is None else scatter_words.with_interval(COST, own, words),
        more,
        NONE if step.one_off_cost is None else words.money(step.one_off_cost),
    )


def _signed(value: float, words: Words) -> str:
    return f"{MINUS}{words.money(-value)}" if value < 0 else words.money(value)


def pays(board: Leaderboard, per_month: int | None, words: Words) -> list[Line]:
    """Return when each configuration with a cost once has paid for it; in months where asked."""
    return [_pays(board, one, per_month, words) for one in break_even.find(board)]


def months(board: Leaderboard, words: Words) -> Table | None:
    """Return after how many months each pays at usual numbers of requests, for who has no script.

    None where nothing that was paid once ever comes back.
    """
    found = [one for one in break_even.find(board) if one.pays in {Pays.SURELY, Pays.PERHAPS}]
    if not found:
        return None
    return Table(
        label=words.gettext("Table of months until it has paid for itself"),
        columns=(
            words.gettext("Requests a month"),
            *(
                words.gettext(
                    "%(name)s against %(other)s",
                    name=words.name(one.configuration),
                    other=words.name(one.against),
                )
                for one in found
            ),
        ),
        rows=tuple(
            (words.count(number), *(_in_months(one, number, words) for one in found))
            for number in USUAL_NUMBERS
        ),
        says=words.gettext("Months until what was paid once has come back."),
    )


def _in_months(one: BreakEven, per_month: int, words: Words) -> str:
    ends = _ends(one, per_month, words)
    if one.pays is Pays.PERHAPS:
        return words.gettext("%(low)s or more, or never", low=ends["low"])
    if ends["low"] == ends["high"]:
        return ends["low"]
    return f"{ends['low']}–{ends['high']}"


def _pays(board: Leaderboard, one: BreakEven, per_month: int | None, words: Words) -> Line:
    names = {"name": words.name(one.configuration), "other": words.name(one.against)}
    beside = words.gettext("%(cost)s once", cost=words.money(one.one_off_cost))
    if one.gap is not None and one.gap.low is not None and not one.gap.is_same:
        told = price.difference(one.gap, words)
        beside = words.gettext(
            "%(once)s; against %(other)s %(difference)s",
            once=beside,
            other=names["other"],
            difference=told,
        )
    if one.pays is Pays.UNKNOWN:
        said = words.gettext(
            "When %(name)s has paid for itself is unknown: too few prompts have costs of it and of "
            "%(other)s.",
            **names,
        )
    elif one.pays is Pays.NEVER:
        said = words.gettext(
            "%(name)s never pays for itself by its cost: a request costs no less than with "
            "%(other)s.",
            **names,
        )
    else:
        ends = _ends(one, per_month, words)
        kind = "perhaps" if one.pays is Pays.PERHAPS else "between"
        if ends["low"] == ends["high"]:
            kind = "about"
        said = words.gettext(_SAID[kind, per_month is not None], **names, **ends)
    apart = board.difference(one.against, one.configuration)
    if apart is not None and apart.told_apart and apart.share > 0.5:  # noqa: PLR2004 - even
        preferred = words.gettext("but %(other)s is preferred", other=names["other"])
        beside = f"{beside}; {preferred}"
    if per_month is not None and one.pays in {Pays.SURELY, Pays.PERHAPS}:
        volume = words.gettext("%(number)s requests a month", number=words.count(per_month))
        beside = f"{volume}; {beside}"
    return Line(said, beside)


def _ends(one: BreakEven, per_month: int | None, words: Words) -> dict[str, str]:
    ends = (one.low, one.high) if per_month is None else one.months(per_month)
    told = [
        "" if end is None else _requests(end, words) if per_month is None else _months(end, words)
        for end in ends
    ]
    return {"low": told[0], "high": told[1]}


def _requests(number: float, words: Words) -> str:
    """Return a number of requests to three digits: it is known no better."""
    return words.count(float(f"{number:.3g}"))


def _months(number: float, words: Words) -> str:
    """Return a number of months, with tenths where these matter."""
    if number > MOST_MONTHS:
        return words.gettext("over %(number)s", number=words.count(MOST_MONTHS))
    if number >= _TENTHS_UP_TO:
        return words.count(number)
    return words.decimals(number, 1 if number >= _TENTH else 2)
