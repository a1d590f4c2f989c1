"""Makes every check of a leaderboard, stated either way, in one fixed order (needs numpy)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from service.domain.finding import Finding
from service.domain.grounds import Measured
from service.domain.leaderboard import Leaderboard, Part
from service.domain.trust import CAUTION, CHECKS, NOT_CHECKED, NOTE, OK, Check
from service.store.tallies import Told
from service.usecases.sighted.results import agreeing, panels, reliance
from service.usecases.sighted.results.competing import Counted
from service.usecases.sighted.results.looks import Looks

# Which check a finding belongs to; those of no other are about the fit.
_OF_FINDING = {
    "one_rater": "raters",
    "these_raters_only": "raters",
    "raters_unknown": "raters",
    "these_prompts_only": "prompts",
    "prompts_unknown": "prompts",
    "disconnected": "connected",
    "dominant_rater": "dominant_rater",
    "dominant_prompt": "dominant_prompt",
    "only_ties": "bounded",
    "unbounded_above": "bounded",
    "unbounded_below": "bounded",
    "separated": "bounded",
    "prior_used": "bounded",
    "drift": "drift",
    "copied_raters": "copies",
    "not_converged": "fit",
}
# More failed completions than this deserve a look.
MANY_FAILED = 0.05


@dataclass(frozen=True)
class Basis:
    """What checks are made of: a leaderboard, and the votes of its largest part.

    `told` is empty where there are too many votes to look at one by one; `looks` is None where
    nothing beside counts was loaded.
    """

    board: Leaderboard
    names: Mapping[int, str]
    by_rater: tuple[Counted, ...]
    by_prompt: tuple[Counted, ...]
    told: tuple[Told, ...]
    looks: Looks | None
    measured: Measured


def check(basis: Basis) -> tuple[Check, ...]:
    """Return all checks in the order of `CHECKS`; some are made several times."""
    board = basis.board
    if not board.parts:
        made = [
            Check(name, NOT_CHECKED, "no_votes") for name in CHECKS if name not in _BESIDE_VOTES
        ]
        made += _beside_votes(basis)
    else:
        made = [*_of_findings(basis), *_of_votes(basis, board.parts[0]), *_beside_votes(basis)]
    place = {name: at for at, name in enumerate(CHECKS)}
    return tuple(sorted(made, key=lambda one: place[one.name]))


# These need no vote that counts.
_BESIDE_VOTES = ("norming", "blindness", "leaks", "failures", "length")


def _of_findings(basis: Basis) -> Iterator[Check]:
    """Yield a caution for each finding, and that all is well for what has none."""
    found: dict[str, list[Finding]] = {name: [] for name in _OF_FINDING.values()}
    for one in basis.board.findings:
        found[_OF_FINDING.get(one.code, "fit")].append(one)
    part = basis.board.parts[0]
    for name, findings in found.items():
        if name == "dominant_rater":
            continue  # said below, also where nobody weighs votes
        for one in findings:
            yield Check(name, CAUTION, one.code, one.items, one.groups, one.figures)
        if findings:
            continue
        if name in {"drift", "copies"} and not basis.told:
            yield Check(name, NOT_CHECKED, "too_many_votes")
        elif name == "copies" and part.raters < 2:  # noqa: PLR2004 - nobody to copy
            yield Check(name, NOT_CHECKED, "one_rater")
        else:
            number = {"raters": part.raters, "prompts": part.prompts}.get(name)
            yield Check(name, OK, figures={} if number is None else {"number": float(number)})


def _of_votes(basis: Basis, part: Part) -> Iterator[Check]:
    yield reliance.dominant_rater(basis.names, basis.by_rater)
    yield from agreeing.agreement(basis.told, basis.names)
    yield agreeing.own_repeats(None if basis.looks is None else basis.looks.again)
    yield agreeing.left_text(basis.names, basis.by_rater)
    yield _order(part)
    yield from reliance.robustness(basis.names, basis.by_rater, part.claims)
    yield _exclusions(basis)


def _order(part: Part) -> Check:
    if len(part.configurations) < 3:  # noqa: PLR2004 - two have one order
        return Check("order", NOT_CHECKED, "too_few_configurations")
    figures = {"p_value": part.order.p_value}
    if part.order.cycles:
        circle = part.order.cycles[0]
        return Check("order", CAUTION, "cycle", circle.configurations, figures=figures)
    if part.order.is_doubtful:
        return Check("order", CAUTION, "poor_fit", figures=figures)
    return Check("order", OK, figures=figures)


def _exclusions(basis: Basis) -> Check:
    if basis.looks is None:
        return Check("exclusions", NOT_CHECKED, "not_looked")
    return reliance.exclusions(basis.names, basis.by_rater, basis.looks.uncounted)


def _beside_votes(basis: Basis) -> Iterator[Check]:
    yield _norming(basis)
    yield _blindness(basis.board)
    yield _leaks(basis)
    yield _failures(basis.board)
    yield _length(basis)


def _norming(basis: Basis) -> Check:
    if basis.looks is None:
        return Check("norming", NOT_CHECKED, "not_looked")
    return panels.check(basis.looks.panel)


def _blindness(board: Leaderboard) -> Check:
    if board.blinding is None:
        return Check("blindness", NOT_CHECKED, "not_looked")
    state = board.blinding.state
    if state == "in_doubt":
        return Check("blindness", CAUTION, state)
    if state == "no_sign":
        return Check("blindness", OK)
    return Check("blindness", NOT_CHECKED, state)


def _leaks(basis: Basis) -> Check:
    if basis.looks is None:
        return Check("leaks", NOT_CHECKED, "not_looked")
    found = sum(basis.looks.leaks.values())
    if not any(row.measured.completions for row in basis.board.ratings):
        return Check("leaks", NOT_CHECKED, "no_texts")
    if not found:
        return Check("leaks", OK)
    names = tuple(name for identity, name in basis.names.items() if basis.looks.leaks.get(identity))
    state = CAUTION if basis.looks.leak_policy == "report" else OK
    return Check("leaks", state, basis.looks.leak_policy, names, figures={"number": float(found)})


def _failures(board: Leaderboard) -> Check:
    rows = [row for row in board.ratings if not row.is_retired and row.measured.completions]
    if not rows:
        return Check("failures", NOT_CHECKED, "no_texts")
    rates = [(row.configuration, row.measured.rates.failed or 0.0) for row in rows]
    worst = max(rate for _, rate in rates)
    many = tuple(name for name, rate in rates if rate > MANY_FAILED)
    return Check("failures", CAUTION if many else OK, items=many, figures={"worst": worst})


def _length(basis: Basis) -> Check:
    means: dict[str, float] = {}
    for trait in basis.measured.traits:
        if trait.name == "length" and not trait.is_probe:
            means = dict(trait.means)
    leader = basis.board.parts[0].claims.leader if basis.board.parts else ""
    others = [mean for name, mean in means.items() if name != leader]
    if leader not in means or not others or not sum(others):
        return Check("length", NOT_CHECKED, basis.measured.why or "no_texts")
    ratio = means[leader] / (sum(others) / len(others))
    return Check("length", NOTE, items=(leader,), figures={"ratio": ratio})
