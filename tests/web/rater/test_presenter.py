from dataclasses import replace

import pytest

from service.domain.marks import Grading, Wanted
from service.usecases.blind.progress import Progress
from service.web.rater import presenter

STANDING = Progress(
    study_title="Replies",
    instructions="",
    done=3,
    total=24,
    skipped=1,
    has_started=True,
    is_finished=False,
    is_over=False,
    is_waiting=False,
    pace_seconds=30,
)
NOTHING = Wanted()
LINES = Wanted(criteria=("Kind",), grades=Grading.WITH_VOTES)
ONLY = Wanted(grades=Grading.ONLY)


@pytest.fixture(autouse=True)
def page(app):
    with app.test_request_context():
        yield


class TestStatus:
    @pytest.mark.parametrize(
        ("given", "told"),
        [
            ({}, "Which answer would you rather have received?"),
            ({"said": "both_bad"}, "You said: Both bad"),
            ({"said": "<b>"}, "Which answer would you rather have received?"),
            ({"told": "skipped"}, "Skipped."),
            ({"stands": "left"}, "You said: A better. Choose again to change it."),
        ],
    )
    def test_says_one_thing(self, given, told):
        assert presenter.status(NOTHING, is_marking=False, **given) == told

    def test_asks_for_marks_before_all_else(self):
        told = presenter.status(LINES, is_marking=True, said="left")
        assert told == "Your vote is kept. Please answer these lines too."


class TestHeader:
    def test_says_no_time_before_there_is_a_pace(self):
        assert presenter.header(STANDING).left == "about 11 min left"
        assert presenter.header(replace(STANDING, pace_seconds=None)).left == ""

    def test_says_saved_only_where_something_was(self):
        assert presenter.header(STANDING).saved == ""
        assert presenter.header(STANDING, is_saved=True).saved == "saved ✓"


class TestMarking:
    def test_is_nothing_where_nothing_is_asked(self):
        assert presenter.marking(NOTHING, None, is_open=False) is None

    def test_holds_a_line_for_each_answer_in_the_order_of_the_page(self):
        made = presenter.marking(LINES, None, is_open=False)
        assert [line.name for line in made.lines] == ["criterion-0", "grade-left", "grade-right"]
        assert [option.key for option in made.lines[0].options] == [1, 2, 3]
        assert not any(option.is_checked for line in made.lines for option in line.options)

    def test_treats_both_sides_alike(self):
        _, left, right = presenter.marking(LINES, None, is_open=True).lines
        assert left.asks.replace("A", "B") == right.asks
        assert (left.ends, left.options) == (right.ends, right.options)


class TestKeys:
    def test_name_no_choice_where_grades_replace_votes(self):
        every = [key.does for key in presenter.keys(ONLY)]
        assert "A better" not in every
        assert "Say why, about the last vote" not in every
        assert "A better" in [key.does for key in presenter.keys(NOTHING)]

    def test_of_the_practice_are_fewer(self):
        keys = [key.keys for key in presenter.keys(NOTHING, is_practice=True)]
        assert keys == [*((str(number),) for number in range(1, 7)), ("S",), ("?",)]


class TestEnding:
    def test_says_why(self):
        finished = replace(STANDING, is_finished=True)
        assert "withdrawn" in presenter.ending(finished, is_withdrawn=True)
        assert presenter.ending(finished, is_withdrawn=False).startswith("You have finished")
        assert "closed" in presenter.ending(STANDING, is_withdrawn=False)


class TestOwnVotes:
    def test_can_be_changed_until_the_end(self):
        assert "change it" in presenter.own_votes(STANDING, 1, 0)
        assert "change each" in presenter.own_votes(STANDING, 2, 0)
        assert "stand as" in presenter.own_votes(replace(STANDING, is_over=True), 2, 0)

    def test_are_missed_only_where_no_marks_stand_there_either(self):
        assert presenter.own_votes(STANDING, 0, 0) == "There are none yet."
        assert presenter.own_votes(STANDING, 0, 3) == ""
