"""What leaderboards are computed from, without a database: votes by raters on prompts."""

import random
from collections import Counter, defaultdict

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
