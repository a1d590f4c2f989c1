"""How often corrected intervals hold the truth when real prompts are drawn anew, with few votes."""

from dataclasses import dataclass

import numpy as np

from service.domain.judge import JudgeEvidence
from service.stats import corrected


@dataclass(frozen=True)
class Held:
    """Shares of intervals that held the truth, and how wide those with the judge are beside."""

    people: float
    both: float
    width: float


def units(evidence: JudgeEvidence) -> tuple[corrected.Judged, int]:
    """Return matchups that people judged, with a judge's verdicts, and how many items they have."""
    names = {name: at for at, name in enumerate(evidence.families)}
    voted = [one for one in evidence.matchups if one.votes]
    said = {"first": 1.0, "second": 0.0}
    judged = corrected.Judged(
        np.array([names[one.first] for one in voted]),
        np.array([names[one.second] for one in voted]),
        np.unique([one.prompt for one in voted], return_inverse=True)[1],
        np.array([len(one.votes) for one in voted], dtype=float),
        np.array([sum((1 + vote.outcome.sign) / 2 for vote in one.votes) for one in voted]),
        np.array([said.get(one.settled.value, 0.5) for one in voted]),
    )
    return judged, len(names)


def resample(evidence: JudgeEvidence, *, voted: float, rounds: int, seed: int = 1) -> Held:
    """Draw prompts with replacement and keep people's votes on so many of their matchups.

    The truth is what all votes give: the world that prompts are drawn from.
    """
    whole, items = units(evidence)
    truth = corrected.rate(items, whole, weight=0.0).values
    rng = np.random.default_rng(seed)
    groups = int(whole.prompt.max()) + 1
    of_prompt = [np.flatnonzero(whole.prompt == at) for at in range(groups)]
    hits: tuple[list[float], list[float]] = ([], [])
    widths: tuple[list[float], list[float]] = ([], [])
    for _ in range(rounds):
        drawn = rng.integers(0, groups, groups)
        rows = np.concatenate([of_prompt[at] for at in drawn])
        place = np.concatenate([np.full(len(of_prompt[at]), n) for n, at in enumerate(drawn)])
        kept = rng.random(len(rows)) < voted
        judged = corrected.Judged(
            whole.first[rows],
            whole.second[rows],
            place,
            np.where(kept, whole.votes[rows], 0.0),
            np.where(kept, whole.points[rows], 0.0),
            whole.verdict[rows],
        )
        for at, weight in enumerate((0.0, None)):
            found = corrected.rate(items, judged, weight=weight)
            reach = found.critical * found.errors
            known = np.isfinite(found.values)
            hits[at].append(float((np.abs(found.values - truth) <= reach)[known].mean()))
            widths[at].append(float(np.nanmean(reach)))
    return Held(
        float(np.mean(hits[0])),
        float(np.mean(hits[1])),
        float(np.mean(widths[1]) / np.mean(widths[0])),
    )
