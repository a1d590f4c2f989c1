import random

from service.domain.grounds import ALIKE, CONTRARY, DIVIDING, HARD
from tests.usecases.sighted.results import planted
from tests.usecases.sighted.results.planted import Vote


def kinds(votes):
    rows = planted.board(votes).grounds.prompts.rows
    return {row.prompt: row.kinds for row in rows}


def usual(prompts=12, raters=12):
    """Return votes that mostly agree, prompt by prompt."""
    rng = random.Random(1)
    return [
        Vote(rater, prompt, "first" if rng.random() < 0.9 else "second", left=rng.random() < 0.5)
        for prompt in range(prompts)
        for rater in range(raters)
    ]


class TestLook:
    def test_finds_nothing_where_there_is_nothing(self):
        found = planted.board(usual()).grounds.prompts
        assert (found.prompts, found.enough, found.rows) == (12, 12, ())

    def test_finds_what_was_planted(self):
        hard = [Vote(rater, 50, "both_bad") for rater in range(10)]
        alike = [Vote(rater, 51, "both_good") for rater in range(10)]
        dividing = [Vote(rater, 52, ("first", "second")[rater % 2]) for rater in range(12)]
        contrary = [Vote(rater, 53, "second") for rater in range(12)]
        found = kinds([*usual(), *hard, *alike, *dividing, *contrary])
        assert HARD in found["50"]
        assert ALIKE in found["51"]
        assert HARD not in found["51"]
        assert found["52"] == (DIVIDING,)
        assert found["53"] == (CONTRARY,)
        assert set(found) == {"50", "51", "52", "53"}

    def test_says_nothing_of_a_prompt_with_few_votes(self):
        few = [Vote(rater, 50, "both_bad") for rater in range(5)]
        found = planted.board([*usual(prompts=6), *few]).grounds.prompts
        assert (found.prompts, found.enough) == (7, 6)
        assert found.rows == ()

    def test_draws_the_share_of_a_few_votes_towards_that_of_all(self):
        bad = [Vote(rater, 50, "both_bad") for rater in range(6)]
        (row,) = planted.board([*usual(), *bad]).grounds.prompts.rows
        assert (row.votes, row.both_bad) == (6, 6)
        assert 0.5 < row.bad_share < 0.7

    def test_does_not_know_who_divides_where_votes_are_not_told(self):
        found = planted.board(usual(), history=()).grounds.prompts
        assert not found.is_split_known
        assert found.enough == 12

    def test_takes_any_number_of_votes_on_a_prompt(self):
        votes = [*usual(prompts=2), *(Vote(at % 40, 50, "second") for at in range(3000))]
        assert planted.board(votes, history=()).grounds.prompts.prompts == 3
