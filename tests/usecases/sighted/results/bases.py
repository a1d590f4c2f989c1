"""What leaderboards are computed from, without a database: votes by raters on prompts."""

import random
from collections import Counter, defaultdict
from dataclasses import replace

from service.domain.leaderboard import Leaderboard
from service.store.tallies import ALL, BY_PROMPT, BY_RATER, Cell
from service.usecases.sighted.results import compute
from service.usecases.sighted.results.compute import Basis

RATERS, PROMPTS = 7, 9


def basis(*matchups, names=(), retired=(), raters=RATERS, prompts=PROMPTS, **changes) -> Basis:
    """Return votes from (first, second, outcome, number), spread over raters and prompts.

    Those of a matchup lie evenly, its outcomes mixed, whatever other matchups there are.
    """
    met = dict.fromkeys(name for first, second, *_ in matchups for name in (first, second))
    ids = {name: at + 1 for at, name in enumerate(dict.fromkeys([*met, *names]))}
    counted = {scope: Counter() for scope in (ALL, BY_RATER, BY_PROMPT)}
    met_in = defaultdict(list)
    for first, second, outcome, number in matchups:
        met_in[first, second] += [outcome] * number
    for (first, second), outcomes in met_in.items():
        random.Random(len(outcomes)).shuffle(outcomes)
        for at, outcome in enumerate(outcomes):
            places = {ALL: 0, BY_RATER: at % raters, BY_PROMPT: at // raters % prompts}
            for scope, place in places.items():
                key = (ids[first], ids[second], outcome, at % 2 == 0)
                counted[scope][Cell(scope, place, *key)] += 1
    cells, by_rater, by_prompt = (tuple(sorted(counted[scope].items())) for scope in counted)
    given = {
        "study_id": 1,
        "names": {identity: name for name, identity in ids.items()},
        "approaches": dict.fromkeys(ids.values(), "prompt"),
        "retired": frozenset(ids[name] for name in retired),
        "measures": (),
        "excluded": {},
        "at": "2026-03-12T09:30:00+00:00",
    }
    return Basis(cells=cells, by_rater=by_rater, by_prompt=by_prompt, **{**given, **changes})


def board(*matchups, **fields) -> Leaderboard:
    """Return the leaderboard of these votes."""
    return compute.compute(basis(*matchups, **fields))


def won(first, second, wins, losses):
    """Return a matchup's votes: so many wins and losses of the first."""
    ends = ((first, second, "first", wins), (first, second, "second", losses))
    return tuple(end for end in ends if end[-1])


def of_votes(votes, **changes) -> Basis:
    """Return what single votes add up to: (first, second, outcome, rater, prompt) each."""
    votes = list(votes)
    met = dict.fromkeys(name for first, second, *_ in votes for name in (first, second))
    ids = {name: at + 1 for at, name in enumerate(met)}
    counted = {scope: Counter() for scope in (ALL, BY_RATER, BY_PROMPT)}
    for at, (first, second, outcome, rater, prompt) in enumerate(votes):
        for scope, place in ((ALL, 0), (BY_RATER, rater), (BY_PROMPT, prompt)):
            counted[scope][Cell(scope, place, ids[first], ids[second], outcome, at % 2 == 0)] += 1
    cells, by_rater, by_prompt = (tuple(sorted(counted[scope].items())) for scope in counted)
    found = basis(names=met, **changes)
    return replace(found, cells=cells, by_rater=by_rater, by_prompt=by_prompt)


def by_tag(shares, votes=20, raters=8, prompts=6, seed=5):
    """Return votes and tags: `shares` hold by tag and (first, second) how often the first wins."""
    rng = random.Random(seed)
    cast, tags = [], {}
    for place, (tag, pairs) in enumerate(shares.items()):
        for number in range(prompts):
            prompt = place * prompts + number
            tags[prompt] = [tag]
            for (first, second), share in pairs.items():
                for _ in range(votes):
                    outcome = "first" if rng.random() < share else "second"
                    cast.append((first, second, outcome, rng.randrange(raters), prompt))
    return cast, tags
