from service.store.tallies import Told
from service.usecases.sighted.results import history

NAMES = {1: "a", 2: "b", 3: "c"}


class TestCheck:
    def test_tells_raters_by_their_pseudonyms(self):
        told = [
            Told(rater, prompt, 1, 2, ("first", "second", "both_good")[(prompt * shift) % 7 % 3])
            for rater, shift in (("ada", 3), ("bob", 3), ("cem", 5), ("dea", 2))
            for prompt in range(40)
        ]
        (found,) = history.check(told, NAMES)
        assert (found.code, found.items) == ("copied_raters", ("ada", "bob"))

    def test_looks_only_at_those_that_are_named(self):
        told = [Told(rater, prompt, 1, 9, "first") for rater in "abc" for prompt in range(40)]
        assert history.check(told, NAMES) == ()
