from datetime import timedelta

from service.domain import draft
from service.domain.draft import Decided, Difficulty, Reviewed
from service.domain.prompt import Prompt
from service.domain.prompt_set import Origin, OriginKind
from tests.factories import later


def item(position, decided=Decided.OPEN, tags=(), difficulty=Difficulty.UNSAID, at=None):
    origin = Origin(OriginKind.HAND)
    prompt = Prompt(turns=("Why?",), tags=tags)
    return Reviewed(
        position, prompt, origin, difficulty, (), decided, is_edited=False, decided_at=at
    )


class TestCoverage:
    def test_counts_what_is_not_dropped_by_tag_and_difficulty(self):
        found = draft.coverage(
            [
                item(1, Decided.KEPT, ("a", "b"), Difficulty.HARD),
                item(2, Decided.OPEN, ("a",)),
                item(3, Decided.DROPPED, ("a",)),
                item(4, Decided.KEPT),
            ]
        )
        assert found.rows == (("a", (1, 0, 0, 1)), ("", (1, 0, 0, 0)), ("b", (0, 0, 0, 1)))
        many = draft.coverage([item(at, tags=(f"t{at}",)) for at in range(20)])
        assert (len(many.rows), many.others) == (12, 8)


class TestPace:
    def test_is_the_usual_time_between_two_decisions(self):
        told = [item(at, Decided.KEPT, at=later(minutes)) for at, minutes in enumerate((0, 1, 2))]
        far = item(9, Decided.DROPPED, at=later(60))
        found = draft.pace([*told, far, item(10), item(11)], later(60))
        assert (found.decided, found.open) == (4, 2)
        assert found.each == timedelta(minutes=1)
        assert found.ends_at == later(62)

    def test_is_unknown_before_three(self):
        found = draft.pace([item(1, Decided.KEPT, at=later(0)), item(2)], later(0))
        assert (found.each, found.ends_at) == (None, None)


class TestNextOpen:
    def test_goes_on_and_round(self):
        told = [item(1), item(2, Decided.KEPT), item(3)]
        assert [draft.next_open(told, at) for at in (0, 1, 3)] == [1, 3, 1]
        assert draft.next_open([item(1, Decided.KEPT)], 1) == 1
