import pytest

from service.domain.assignment import (
    DONE,
    HOLDS_A_PLACE,
    AssignmentState,
    Event,
    ImpossibleEvent,
    advance,
    leading,
)

S = AssignmentState
# The whole table: a row a state, a column an event; a dash is what cannot happen.
EVENTS = ("vote", "grade", "judge_late", "skip", "undo", "lapse", "deal_again")
TABLE = {
    "dealt": ("voted", "graded", "late", "skipped", "-", "expired", "-"),
    "expired": ("voted", "graded", "late", "skipped", "-", "-", "dealt"),
    "voted": ("voted", "-", "-", "-", "dealt", "-", "-"),
    "graded": ("-", "graded", "-", "-", "dealt", "-", "-"),
    "late": ("voted", "graded", "late", "-", "dealt", "-", "-"),
    "skipped": ("voted", "graded", "late", "skipped", "dealt", "-", "-"),
    "withdrawn": ("withdrawn", "withdrawn", "withdrawn", "withdrawn", "withdrawn", "-", "-"),
}
CELLS = [
    (state, event, after)
    for state, row in TABLE.items()
    for event, after in zip(EVENTS, row, strict=True)
]


class TestAdvance:
    def test_the_table_names_every_state_and_event(self):
        assert set(TABLE) == {state.value for state in S}
        assert set(EVENTS) == {event.value for event in Event}

    @pytest.mark.parametrize(("state", "event", "after"), CELLS)
    def test_follows_the_table(self, state, event, after):
        if after == "-":
            with pytest.raises(ImpossibleEvent):
                advance(state, Event(event))
        else:
            assert advance(state, Event(event)) == after

    def test_what_holds_a_place_gives_it_back_by_a_skip_or_when_it_lapses_alone(self):
        freeing = {
            event
            for state, event, after in CELLS
            if state in HOLDS_A_PLACE and after != "-" and after not in HOLDS_A_PLACE
        }
        assert freeing == {"skip", "lapse", "judge_late"}

    def test_what_is_done_stays_so_until_it_is_taken_back(self):
        undone = {
            event
            for state, event, after in CELLS
            if state in DONE and after != "-" and after not in DONE
        }
        assert undone == {"undo"}


class TestLeading:
    def test_tells_where_an_event_of_many_rows_starts_and_ends(self):
        assert leading(Event.LAPSE) == (S.DEALT, S.EXPIRED)
        assert leading(Event.DEAL_AGAIN) == (S.EXPIRED, S.DEALT)
