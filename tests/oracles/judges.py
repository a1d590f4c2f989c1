"""Evidence on judges: real votes beside GPT-4's verdicts, and simulated judges of known bias."""

import csv
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from service.domain.judge import (
    GradedText,
    JudgedMatchup,
    JudgeEvidence,
    PersonVote,
    Pool,
    Verdict,
    family_of,
)
from service.domain.vote import Outcome
from service.stats.counts import FloatArray

DATA = Path(__file__).parents[1] / "stats" / "data"
_OUTCOME = {"1": Outcome.FIRST, "2": Outcome.SECOND, "t": Outcome.TIE}
# The files hold what both orders said together: of a flip not which way round it went.
_BOTH = {
    "1": (Verdict.FIRST, Verdict.FIRST),
    "2": (Verdict.SECOND, Verdict.SECOND),
    "t": (Verdict.TIE, Verdict.TIE),
    "flip": (Verdict.FIRST, Verdict.SECOND),
}


def mt_bench() -> JudgeEvidence:
    """Return MT-bench's people and GPT-4: whatever people judged is the audit."""
    return _real("mt_bench_verdicts.csv", "question", "gpt-4")


def llmfao() -> JudgeEvidence:
    """Return llmfao's crowd and GPT-4, which was asked in one order only."""
    return _real("llmfao_verdicts.csv", "prompt", "gpt-4")


def _real(name: str, prompt: str, model: str) -> JudgeEvidence:
    with (DATA / name).open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    matchups = []
    for at, row in enumerate(rows):
        told = [each.split(":") for each in row["votes"].split()]
        forward, backward = _BOTH[row["judge"]]
        matchups.append(
            JudgedMatchup(
                key=str(at),
                prompt=row[prompt],
                tags=(row["category"],) if "category" in row else (),
                first=row["first"],
                second=row["second"],
                first_length=1,
                second_length=1,
                votes=tuple(PersonVote(who, _OUTCOME[said]) for who, said in told),
                forward=forward,
                backward=backward,
                pool=Pool.AUDIT if told else None,
            )
        )
    names = sorted({row[side] for row in rows for side in ("first", "second")})
    return JudgeEvidence(
        judge="GPT-4",
        version="1",
        model=model,
        criterion="which is better",
        family=family_of(model),
        families={each: family_of(each) for each in names},
        matchups=tuple(matchups),
    )


def points(evidence: JudgeEvidence) -> tuple[FloatArray, FloatArray]:
    """Return what people and the judge gave the first of each matchup that people judged."""
    voted = [one for one in evidence.matchups if one.votes]
    said = {"first": 1.0, "second": 0.0}
    people = [np.mean([(1 + vote.outcome.sign) / 2 for vote in one.votes]) for one in voted]
    return np.array(people), np.array([said.get(one.settled.value, 0.5) for one in voted])


@dataclass(frozen=True)
class World:
    """How people and a judge judge: by quality, and the judge by what it leans to besides.

    `gain` is how far the judge follows quality (below 0 it reverses it); leanings are in units
    of quality. Configurations "own-…" are of the judge's family. The first `people` matchups drawn
    have votes and are the audit; all have verdicts.
    """

    prompts: int = 100
    configurations: int = 4
    voted: float = 1.0
    voters: int = 2
    gain: float = 1.0
    noise: float = 0.5
    position: float = 0.0
    length: float = 0.0
    family: float = 0.0
    spread: float = 0.5
    seed: int = 1


def simulate(world: World) -> JudgeEvidence:
    """Return evidence from a world in which everything is known."""
    rng = np.random.default_rng(world.seed)
    size = world.configurations
    names = [f"{'own' if at == 0 else 'other'}-{at}" for at in range(size)]
    ability = np.linspace(-world.spread, world.spread, size)
    quality = ability + rng.normal(0, 0.8, (world.prompts, size))
    lengths = rng.integers(100, 1000, (world.prompts, size))
    matchups = []
    for prompt in range(world.prompts):
        for first in range(size):
            for second in range(first + 1, size):
                gap = quality[prompt, first] - quality[prompt, second]
                lean = world.length * np.sign(lengths[prompt, first] - lengths[prompt, second])
                lean += world.family * ((first == 0) - (second == 0.0))
                said = world.gain * gap + lean + rng.normal(0, world.noise)
                orders = [_verdict(said + side) for side in (world.position, -world.position)]
                is_voted = rng.random() < world.voted
                votes = tuple(
                    PersonVote(f"r{rng.integers(12)}", _voted(gap + rng.logistic(0, 0.4)))
                    for _ in range(world.voters if is_voted else 0)
                )
                matchups.append(
                    JudgedMatchup(
                        f"{prompt}-{first}-{second}",
                        str(prompt),
                        ("even" if prompt % 2 else "odd",),
                        names[first],
                        names[second],
                        int(lengths[prompt, first]),
                        int(lengths[prompt, second]),
                        votes,
                        *orders,
                        pool=Pool.AUDIT if is_voted else None,
                    )
                )
    families = {name: name.partition("-")[0] for name in names}
    return JudgeEvidence("sim", "1", "own/own-1", "better", "own", families, tuple(matchups))


def _verdict(lean: float) -> Verdict:
    if abs(lean) < 0.15:
        return Verdict.TIE
    return Verdict.FIRST if lean > 0 else Verdict.SECOND


def _voted(lean: float) -> Outcome:
    if abs(lean) < 0.15:
        return Outcome.TIE
    return Outcome.FIRST if lean > 0 else Outcome.SECOND


def grades(number: int, *, lenient: float, seed: int = 1) -> tuple[GradedText, ...]:
    """Return chosen grades with those of a judge that is so much more lenient, give or take."""
    rng = np.random.default_rng(seed)
    people = rng.integers(1, 6, number)
    judge = np.clip(people + lenient + rng.normal(0, 0.3, number), 1, 5)
    return tuple(
        GradedText(str(at), str(at), "own-0", "r1", int(one), float(two), "because")
        for at, (one, two) in enumerate(zip(people, judge, strict=True))
    )
