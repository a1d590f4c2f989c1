"""What a leaderboard says in plain sentences: who is preferred, what cannot be told, the cost."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from service.domain.vote import Outcome
from service.web.researcher import figures

FEWEST_RATERS_FOR_ALL = 5
# Beyond this many rivals the card sums up and leaves the pairs to the matrix.
MOST_SENTENCES = 5
MOST_NAMES = 4
NOT_ENOUGH = "not enough data"
_EXCLUDED = {
    "sighted": "by people who had seen the results",
    "late": "cast after the study closed or the rater finished",
    "excluded": "taken out by hand",
    "repeat": "on repeats, which measure consistency",
    "gold": "on gold matchups, which measure attention",
    "practice": "for practice",
}


@dataclass(frozen=True)
class Sentence:
    """One line of the decision card: what it says, its figures, and the matchup behind it."""

    text: str
    figure: str = ""
    matchup: tuple[str, str] | None = None


@dataclass(frozen=True)
class Difference:
    """How one configuration stands to another: its share of all votes, ties counted half."""

    first: str
    second: str
    share: float | None
    low: float | None
    high: float | None
    told_apart: bool

    @property
    def figure(self) -> str:
        """The share with its interval, ready to stand beside a sentence."""
        if self.share is None:
            return NOT_ENOUGH
        ends = figures.interval(self.low, self.high)
        return (
            f"{figures.share(self.share)} of all votes (ties count half), "
            f"95{figures.THIN}% interval {ends}"
        )

    @property
    def spans_even(self) -> bool:
        """Whether the interval of this one difference holds an even share."""
        return self.low is None or self.high is None or self.low <= 0.5 <= self.high  # noqa: PLR2004 - even

    @property
    def reach(self) -> int | None:
        """Percentage points beyond which a difference either way is unlikely."""
        if self.low is None or self.high is None:
            return None
        return round(100 * max(abs(self.low - 0.5), abs(self.high - 0.5)))


def difference(content: Mapping[str, Any], first: str, second: str) -> Difference | None:
    """Return how `first` stands to `second`, turned round where it was stored the other way."""
    for row in content.get("differences", ()):
        stored = Difference(
            row["first"],
            row["second"],
            row.get("share"),
            row.get("low"),
            row.get("high"),
            bool(row.get("told_apart")),
        )
        if (stored.first, stored.second) == (first, second):
            return stored
        if (stored.first, stored.second) == (second, first):
            return _turned(stored)
    return None


def _turned(stored: Difference) -> Difference:
    def rest(value: float | None) -> float | None:
        return None if value is None else 1 - value

    return Difference(
        stored.second,
        stored.first,
        rest(stored.share),
        rest(stored.high),
        rest(stored.low),
        stored.told_apart,
    )


def competing(content: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Return the rows of ratings that still compete and have any, best first."""
    return [
        row
        for row in content.get("ratings", ())
        if not row.get("is_retired") and row.get("rating") is not None and row.get("votes")
    ]


def decide(content: Mapping[str, Any]) -> list[Sentence]:
    """Return the decision card, the most important sentence first; never a bare rank."""
    rows = competing(content)
    if len(rows) < 2:  # noqa: PLR2004 - a comparison needs two
        return [Sentence("There is not enough data to compare yet.", _what_to_do(content))]
    best = str(rows[0]["configuration"])
    rivals = [difference(content, best, str(row["configuration"])) for row in rows[1:]]
    known = [rival for rival in rivals if rival is not None]
    near = [rival for rival in known if not rival.told_apart]
    beaten = [rival for rival in known if rival.told_apart]
    sentences = _of_preferred(best, beaten) + _of_undecided(best, near, everyone=not beaten)
    cheapest = _of_cost(rows, [best, *(rival.second for rival in near)])
    return sentences + cheapest + _of_reach(content)


def _of_preferred(best: str, beaten: Sequence[Difference]) -> list[Sentence]:
    if len(beaten) > MOST_SENTENCES:
        least = min(beaten, key=lambda rival: rival.share or 0)
        return [
            Sentence(
                f"{best} is preferred to {len(beaten)} of the others.",
                f"The closest of them is {least.second}: {least.figure}",
                (best, least.second),
            )
        ]
    return [
        Sentence(f"{best} is preferred to {rival.second}.", rival.figure, (best, rival.second))
        for rival in beaten
    ]


def _of_undecided(best: str, near: Sequence[Difference], *, everyone: bool) -> list[Sentence]:
    if len(near) > MOST_SENTENCES:
        names = listed([rival.second for rival in near[:3]])
        return [
            Sentence(
                f"{len(near)} others cannot be told from {best}.",
                f"The nearest are {names}; the bracket beside the plot joins them.",
            )
        ]
    found = []
    if everyone and len(near) > 1:
        found.append(Sentence("Nobody is ahead yet: the best cannot be told from any other."))
    for rival in near:
        text = f"{rival.second} cannot be told from {best}."
        mirrored = _turned(rival)
        if mirrored.share is None:
            found.append(Sentence(f"{rival.second} against {best}: {NOT_ENOUGH}."))
            continue
        figure = (
            f"{figures.share(mirrored.share)} [{figures.interval(mirrored.low, mirrored.high)}]"
        )
        if not mirrored.spans_even:
            figure += "; not settled once all comparisons are taken together"
        elif rival.reach is not None:
            figure += f"; a difference beyond ±{rival.reach} points is unlikely"
        found.append(Sentence(text, figure, (best, rival.second)))
    return found


def _of_cost(rows: Sequence[Mapping[str, Any]], near: Sequence[str]) -> list[Sentence]:
    """Say what is cheapest among those that cannot be told from the best, once a cost is known."""
    costs = {
        str(row["configuration"]): row["cost_per_1000"]
        for row in rows
        if row["configuration"] in near and row.get("cost_per_1000") is not None
    }
    if not costs or not any(costs.values()):
        return []
    name = min(costs, key=lambda each: costs[each])
    figure = f"{figures.money(costs[name])} per 1,000 requests"
    best = near[0]
    if name == best and len(near) == 1:
        return [Sentence(f"What {best} costs", figure)]
    if best in costs and name != best:
        figure += f" · {best} {figures.money(costs[best])}"
    unknown = [other for other in near if other not in costs]
    if unknown:
        figure += f" · unknown for {listed(unknown)}"
    return [Sentence(f"Cheapest within noise of the best: {name}", figure)]


def _of_reach(content: Mapping[str, Any]) -> list[Sentence]:
    raters = int(content.get("raters") or 0)
    if raters >= FEWEST_RATERS_FOR_ALL:
        return []
    who = "this one rater" if raters == 1 else f"these {raters} raters"
    return [
        Sentence(
            f"All this speaks for {who}.",
            f"From {FEWEST_RATERS_FOR_ALL} raters on, it can speak for raters in general.",
        )
    ]


def _what_to_do(content: Mapping[str, Any]) -> str:
    if not content.get("votes"):
        return (
            "The first votes will appear here within seconds. Invite a rater from the study's page."
        )
    return "More votes are needed; the matrix below shows between which configurations."


def listed(names: Iterable[str]) -> str:
    """Return names as one reads them aloud: "a, b and c"; many are summed up."""
    every = list(names)
    if len(every) > MOST_NAMES + 1:
        every = [*every[:MOST_NAMES], f"{len(every) - MOST_NAMES} others"]
    if len(every) < 2:  # noqa: PLR2004 - nothing to join
        return "".join(every)
    return f"{', '.join(every[:-1])} and {every[-1]}"


def left_out(content: Mapping[str, Any]) -> list[str]:
    """Return what was not counted and why, one phrase for each reason."""
    return [
        f"{figures.plural(int(number), 'vote')} {_EXCLUDED.get(reason, reason.replace('_', ' '))}"
        for reason, number in sorted((content.get("excluded") or {}).items())
        if number
    ]


def notes(content: Mapping[str, Any]) -> list[str]:
    """Return the findings in plain words, those on one configuration with its name, each once."""
    said = [
        f"{listed(found['items'])}: {found['message']}" if found.get("items") else found["message"]
        for found in content.get("findings") or ()
    ]
    return list(dict.fromkeys(said))


def verdict(content: Mapping[str, Any]) -> list[str]:
    """Return what the leaderboard itself says about deciding now or going on."""
    found = content.get("verdict") or {}
    return [str(line) for line in found.get("sentences") or ()]


def outcome(kind: str, first: str, second: str) -> str:
    """Return a vote's outcome in words, with the names of its two configurations."""
    return Outcome(kind).choice.label(first, second)
