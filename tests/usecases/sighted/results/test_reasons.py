from service.domain.grounds import Example, InFavour
from service.store.reasons import Given
from service.usecases.sighted.results import reasons

NAMES = {1: "Alpha", 2: "Beta"}


def given(assignment, outcome="first", kinds=(), note="", second=2):
    return Given(assignment, list(kinds), note, 1, second, outcome, f"p{assignment}")


class TestGroup:
    def test_counts_chips_for_both_sides(self):
        found = reasons.group(
            [
                given(1, "first", ["correct", "clear"]),
                given(2, "first_much", ["correct"]),
                given(3, "second", ["correct"]),
                given(4, "both_bad", ["correct"]),
            ],
            NAMES,
            votes=9,
        )
        assert (found.votes, found.with_reason, found.written) == (9, 4, 0)
        correct, clear = found.groups
        assert (correct.kind, correct.name, correct.votes, correct.neither) == (
            "chip",
            "correct",
            4,
            1,
        )
        assert correct.sides == (InFavour("Alpha", 2, 1), InFavour("Beta", 1, 2))
        assert correct.examples[0] == Example("Alpha", "Beta", "p1")
        assert len(correct.examples) == 3
        assert clear.sides == (InFavour("Alpha", 1, 0), InFavour("Beta", 0, 1))

    def test_groups_words_that_several_votes_share(self):
        notes = ["It names SOURCES", "sources!", "has sources", "no idea", "sources, sources"]
        found = reasons.group(
            [given(at, note=note) for at, note in enumerate(notes)], NAMES, votes=5
        )
        (group,) = found.groups
        assert (group.kind, group.name, group.votes) == ("word", "sources", 4)
        assert (found.written, found.ungrouped) == (5, 1)

    def test_counts_a_vote_once_however_often_it_says_so(self):
        twice = [given(1, kinds=["tone"]), given(1, kinds=["tone"], note="warm")]
        (group,) = reasons.group(twice, NAMES, votes=1).groups
        assert group.votes == 1

    def test_is_about_those_who_compete(self):
        found = reasons.group([given(1, kinds=["tone"], second=3)], NAMES, votes=0)
        assert (found.with_reason, found.groups) == (0, ())

    def test_has_a_bound_on_words(self):
        long = " ".join(f"word{'abcdefghijklmnopqrstuvwxyz'[at]}" * 1 for at in range(26))
        found = reasons.group([given(at, note=long * 50) for at in range(4)], NAMES, votes=4)
        assert len(found.groups) == reasons.MOST_WORDS
