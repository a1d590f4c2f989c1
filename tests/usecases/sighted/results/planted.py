"""Votes one by one with a planted truth, and the leaderboard that a worker makes of them."""

import random
from collections import Counter
from dataclasses import dataclass

from service.domain.leaderboard import Leaderboard
from service.domain.trust import Check
from service.store.tallies import ALL, BY_PROMPT, BY_RATER, Cell, Told
from service.usecases.sighted.results import compute
from service.usecases.sighted.results.compute import Basis
from service.usecases.sighted.results.looks import Looks


@dataclass(frozen=True)
class Vote:
    """One vote on the first two of `names`, or on those given; texts are numbered by both."""

    rater: int
    prompt: int
    outcome: str
    first: int = 1
    second: int = 2
    left: bool = True

    @property
    def texts(self) -> tuple[int, int]:
        return 100 * self.prompt + self.first, 100 * self.prompt + self.second


def basis(votes, names=("Alpha", "Beta", "Gamma"), looks=None, **changes) -> Basis:
    counted = {scope: Counter() for scope in (ALL, BY_RATER, BY_PROMPT)}
    for one in votes:
        for scope, place in ((ALL, 0), (BY_RATER, one.rater), (BY_PROMPT, one.prompt)):
            key = (one.first, one.second, one.outcome, one.left)
            counted[scope][Cell(scope, place, *key)] += 1
    told = tuple(
        Told(f"r{one.rater:02}", one.prompt, one.first, one.second, one.outcome, one.texts, at)
        for at, one in enumerate(votes, start=1)
    )
    ids = range(1, len(names) + 1)
    given = {
        "study_id": 1,
        "names": dict(zip(ids, names, strict=True)),
        "approaches": dict.fromkeys(ids, "prompt"),
        "retired": frozenset(),
        "measures": (),
        "excluded": {},
        "at": "2026-03-12T09:30:00+00:00",
        "history": told,
        "looks": Looks() if looks is None else looks,
    }
    cells, by_rater, by_prompt = (tuple(sorted(each.items())) for each in counted.values())
    given |= {"cells": cells, "by_rater": by_rater, "by_prompt": by_prompt}
    return Basis(**{**given, **changes})


def board(votes, **fields) -> Leaderboard:
    return compute.compute(basis(votes, **fields))


def of(found: Leaderboard, name: str) -> list[Check]:
    """Return the checks of a name; there is one at least of each."""
    return [check for check in found.checks if check.name == name]


def state(found: Leaderboard, name: str) -> tuple[str, str]:
    """Return how a check that is made once ended, and why."""
    (check,) = of(found, name)
    return check.state, check.why


def fair(seed=1, raters=8, prompts=10, share=0.7, each=1, pairs=((1, 2),)) -> list[Vote]:
    """Return honest votes: the lower number wins so often; every text is judged by everybody."""
    rng = random.Random(seed)
    return [
        Vote(
            rater,
            prompt,
            "first" if rng.random() < share else "second",
            *pair,
            left=rng.random() < 0.5,
        )
        for rater in range(raters)
        for prompt in range(prompts)
        for pair in pairs
        for _ in range(each)
    ]
