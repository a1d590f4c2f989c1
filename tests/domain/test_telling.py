from service.domain import telling

PAIR, OTHER = (1, 2), (1, 3)


def counted(*cells):
    return telling.count(cells)


class TestCount:
    def test_adds_up_votes_and_those_against_most(self):
        one = counted(
            (7, PAIR, 1, False, 3),
            (7, PAIR, -1, False, 1),
            (7, OTHER, 1, False, 1),
            (7, OTHER, 0, True, 2),
        )[7]
        assert (one.votes, one.both_bad, one.sided, one.against) == (7, 2, 4, 1)

    def test_of_several_matchups_does_not_mistake_winners_for_disagreement(self):
        one = counted((7, PAIR, 1, False, 3), (7, OTHER, -1, False, 3))[7]
        assert one.division == 0


class TestHard:
    def test_are_those_with_many_both_bad_the_hardest_first(self):
        found = counted(
            (1, PAIR, 0, True, 2),
            (1, PAIR, 1, False, 2),
            (2, PAIR, 0, True, 4),
            (3, PAIR, 0, False, 4),
            (4, PAIR, 0, True, 2),
        )
        assert telling.hard(found) == [2, 1]


class TestDividing:
    def test_are_those_on_which_people_disagreed_most_first(self):
        found = counted(
            (1, PAIR, 1, False, 3),
            (1, PAIR, -1, False, 1),
            (2, PAIR, 1, False, 2),
            (2, PAIR, -1, False, 2),
            (3, PAIR, 1, False, 9),
            (3, PAIR, -1, False, 1),
            (4, PAIR, 1, False, 1),
            (4, PAIR, -1, False, 1),
        )
        assert telling.dividing(found) == [2, 1]

    def test_are_so_many_at_most(self):
        cells = [(prompt, PAIR, sign, False, 2) for prompt in range(300) for sign in (1, -1)]
        assert len(telling.dividing(counted(*cells))) == telling.MOST


class TestTelling:
    def test_are_those_on_which_most_preferred_the_same_side(self):
        found = counted(
            (1, PAIR, 1, False, 3),
            (1, PAIR, 0, False, 1),
            (2, PAIR, 1, False, 4),
            (3, PAIR, 1, False, 2),
            (3, PAIR, -1, False, 2),
            (4, PAIR, 0, False, 4),
            (5, PAIR, 1, False, 2),
        )
        assert telling.telling(found) == [2, 1]


class TestSaturated:
    def test_are_those_on_which_nearly_all_is_good(self):
        found = counted(
            (1, PAIR, 0, False, 3),
            (1, PAIR, 1, False, 1),
            (2, PAIR, 0, False, 4),
            (3, PAIR, 0, True, 4),
            (4, PAIR, 0, False, 2),
            (5, PAIR, 0, False, 2),
            (5, PAIR, 1, False, 2),
        )
        assert telling.saturated(found) == [2, 1]
