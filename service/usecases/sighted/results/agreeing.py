"""Checks whether raters agree with each other and with themselves, and whether the side decides."""

from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from service.domain.trust import CAUTION, NOT_CHECKED, OK, Check
from service.domain.vote import Outcome
from service.stats import position
from service.stats.agreement import Scale, krippendorff_alpha, tabulate
from service.stats.counts import OUTCOME_NAMES
from service.stats.intervals import ENOUGH
from service.stats.loo_agreement import leave_one_out_agreement
from service.stats.proportions import sign_test
from service.store.tallies import Told
from service.usecases.sighted.results.competing import Counted
from service.usecases.sighted.results.fold import SaidAgain

# Before anything is said: matchups judged by two people, repeats, votes for a side.
LEAST_TWICE = 10
LEAST_REPEATS = 10
LEAST_SIDES = 20
# Agreement beyond chance that lies below this for sure is worth a word, and so is sameness.
LITTLE_AGREEMENT = 0.2
LITTLE_SAMENESS = 0.7
# Two-sided error of the tests of sides, and of one rater among all.
LEVEL = 0.01
RATER_LEVEL = 0.001
# Sides so uneven were not drawn by lot: votes that came from elsewhere.
NOT_DRAWN = 1e-9
_SIGN = {str(outcome): outcome.sign for outcome in Outcome}
_KIND = {name: code for code, name in enumerate(OUTCOME_NAMES)}


def agreement(told: Sequence[Told], names: Mapping[int, str]) -> Iterator[Check]:
    """Yield how far raters agree beyond chance, and who votes unlike all others."""
    if not told:
        yield Check("agreement", NOT_CHECKED, "too_many_votes")
        return
    raters = sorted({one.rater for one in told})
    if len(raters) < 2:  # noqa: PLR2004 - agreement takes two
        yield Check("agreement", NOT_CHECKED, "one_rater")
        return
    unit = np.unique([(one.prompt_id, *one.texts) for one in told], axis=0, return_inverse=True)[1]
    said = np.array([_SIGN[one.outcome] + 1 for one in told])
    found = krippendorff_alpha(tabulate(unit.ravel(), said, 3), Scale.INTERVAL)
    figures = {
        "value": found.coefficient.value,
        "low": found.coefficient.lower,
        "high": found.coefficient.upper,
        "units": float(found.units),
        "observed": found.observed.value,
    }
    if found.units < LEAST_TWICE:
        yield Check("agreement", NOT_CHECKED, "few_twice", figures=figures)
        return
    if not found.is_defined:
        yield Check("agreement", NOT_CHECKED, "nothing_varies", figures=figures)
        return
    is_little = found.coefficient.upper < LITTLE_AGREEMENT
    yield Check("agreement", CAUTION if is_little else OK, figures=figures)
    odd = _odd(told, names, raters) if len(raters) >= ENOUGH else ()
    if odd:
        yield Check("agreement", CAUTION, "odd_raters", odd)


def _odd(told: Sequence[Told], names: Mapping[int, str], raters: Sequence[str]) -> tuple[str, ...]:
    """Return raters who agree less with the others than these agree among themselves."""
    place = {identity: at for at, identity in enumerate(names)}
    found = leave_one_out_agreement(
        len(names),
        np.array([place[one.first_configuration_id] for one in told]),
        np.array([place[one.second_configuration_id] for one in told]),
        np.array([_KIND[one.outcome] for one in told]),
        np.array([one.prompt_id for one in told]),
        np.searchsorted(np.array(raters), np.array([one.rater for one in told])),
        len(raters),
    )
    level = RATER_LEVEL
    return tuple(rater for at, rater in enumerate(raters) if found.p_value[at] < level)


def own_repeats(repeats: Sequence[SaidAgain] | None) -> Check:
    """Return how often raters said the same of a matchup again, sides exchanged."""
    name = "self_consistency"
    if repeats is None:
        return Check(name, NOT_CHECKED, "not_looked")
    if len(repeats) < LEAST_REPEATS:
        figures = {"number": float(len(repeats))}
        return Check(name, NOT_CHECKED, "few_repeats" if repeats else "no_repeats", figures=figures)
    before, after, first = np.array(repeats, dtype=np.int64).T
    found = position.self_consistency(before, after, first.astype(bool))
    figures = {
        "value": found.same.value,
        "low": found.same.lower,
        "high": found.same.upper,
        "number": float(found.repeats),
        "reversed": found.reversed.value,
        "side": found.side_share.value,
    }
    if found.side_p_value < LEVEL:
        return Check(name, CAUTION, "side_decides", figures=figures)
    is_little = found.same.upper < LITTLE_SAMENESS
    return Check(name, CAUTION if is_little else OK, figures=figures)


def left_text(names: Mapping[int, str], by_rater: Sequence[Counted]) -> Check:
    """Return how often the left text won, which the lot that draws sides makes an even chance."""
    cells = [
        (cell.scope_id, _SIGN[cell.outcome], cell.first_was_left, number)
        for cell, number in by_rater
        if cell.first_configuration_id in names and cell.second_configuration_id in names
    ]
    who, sign, first, number = (
        np.array(column, dtype=np.int64) for column in zip(*cells, strict=True)
    )
    votes_left = int(number[first == 1].sum())
    if float(sign_test(votes_left, int(number.sum()) - votes_left)) < NOT_DRAWN:
        return Check("position", NOT_CHECKED, "not_drawn")
    rater = np.repeat(np.unique(who, return_inverse=True)[1], number)
    side = np.repeat(sign * np.where(first == 1, 1, -1), number)
    found = position.position_bias(side, rater)
    figures = {
        "value": found.left_share.value,
        "low": found.left_share.lower,
        "high": found.left_share.upper,
        "number": float(found.left + found.right),
    }
    if found.left + found.right < LEAST_SIDES:
        return Check("position", NOT_CHECKED, "few_sides", figures=figures)
    _, own = position.position_bias_by_rater(side, rater, int(rater.max()) + 1)
    figures["raters"] = float((own < RATER_LEVEL).sum())
    if found.p_value < LEVEL:
        return Check("position", CAUTION, figures=figures)
    if figures["raters"]:
        return Check("position", CAUTION, "some_raters", figures=figures)
    return Check("position", OK, figures=figures)
