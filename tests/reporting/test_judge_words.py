"""What is said of a judge: the sentences that a researcher acts on, in English."""

from dataclasses import replace

import pytest

from service.domain.judge_report import Figure, Graded, Heard, Replacing, Worth
from service.domain.trust import CAUTION, NOT_CHECKED, NOTE, OK
from service.reporting import judge_words
from service.reporting.words import ENGLISH
from service.usecases.sighted.judges import report
from tests.oracles import judges

WORDS = ENGLISH.naming(["own-0", "other-1"])


@pytest.fixture(scope="module")
def real():
    return report.compute(judges.mt_bench())


@pytest.fixture(scope="module")
def empty():
    return report.compute(replace(judges.simulate(judges.World(prompts=1)), matchups=()))


def said(found, name):
    (line,) = (line for line in judge_words.lines(found, WORDS) if line.name == name)
    return line.state, " ".join(line.said)


class TestLines:
    def test_tell_real_figures(self, real):
        _, told = said(real, "It agrees with people")
        assert "In 67\N{NO-BREAK SPACE}% (64–70) of 1,814 audit matchups" in told
        assert "kappa 0.50 (0.46 to 0.55)" in told
        state, told = said(real, "The order does not decide")
        assert state == NOTE
        assert "16\N{NO-BREAK SPACE}% (14–18): 380 matchups are unsettled" in told
        state, told = said(real, "As people agree with each other")
        assert state == OK
        assert "people agree with each other in 66\N{NO-BREAK SPACE}%" in told

    def test_disclose_the_same_family(self, real):
        state, told = said(real, "It judges no relatives")
        assert state == CAUTION
        assert "gpt-3.5-turbo and gpt-4 are of the same family as the judge (gpt)" in told
        assert said(real, "Its own family is not favoured")[0] == CAUTION

    def test_are_all_there_where_nothing_could_be_measured(self, empty, real):
        every = judge_words.lines(empty, WORDS)
        assert [line.name for line in every] == [
            line.name for line in judge_words.lines(real, WORDS)
        ]
        assert [line.state for line in every].count(NOT_CHECKED) >= 9
        assert all(line.said for line in every if line.state != OK or line.said)

    def test_say_that_it_opposes_people(self):
        found = report.compute(judges.simulate(judges.World(gain=-1, noise=0.2)))
        state, told = said(found, "It agrees with people")
        assert state == CAUTION
        assert "the opposite of people" in told

    def test_say_what_was_left_out_because_it_was_seen(self, real):
        assert (
            "3 audit matchups stand"
            in said(replace(real, shown=3), "It is not scored on what it has seen")[1]
        )

    def test_count_what_it_would_not_answer(self, real):
        state, told = said(
            replace(real, heard=Heard(first=5, refused=2, malformed=1)), "It answers"
        )
        assert state == CAUTION
        assert "refused 2, unreadable 1" in told


class TestGraded:
    def test_five_of_five_could_be_as_low_as_48_percent(self):
        told = judge_words.graded(Graded(5, 5, 5, 0.478, 1.0), WORDS)
        assert told == "5 of 5 agree; it could be as low as 48\N{NO-BREAK SPACE}%."

    @pytest.mark.parametrize(
        ("is_applied", "part"), [(True, "moved onto people’s scale"), (False, "taken as they are")]
    )
    def test_says_whether_the_map_is_used(self, real, is_applied, part):
        found = Graded(5, 5, 1, 0.01, 0.7, 0.9, 0.5, is_applied)
        assert part in said(replace(real, graded=found), "Chosen grades")[1]


class TestWorth:
    def test_promises_by_the_lower_end(self):
        found = Worth(30, 1000, Figure(0.7, 0.63, 0.8), 19, 30)
        assert judge_words.worth(found, WORDS) == (
            "1,000 judgements are worth at least 19 votes on top of your 30 (likely 30)."
        )

    def test_promises_nothing_that_is_not_shown(self):
        found = Worth(30, 1000, Figure(0.2, -0.1, 0.5), 0, 3)
        assert "may be worth none on top of your 30" in judge_words.worth(found, WORDS)

    def test_has_nothing_to_say_of_no_judgements(self):
        assert "Nothing is judged yet" in judge_words.worth(Worth(30, 0, None), WORDS)


class TestHeadline:
    @pytest.mark.parametrize(
        ("replacing", "part"),
        [
            (Replacing("may", "beside_people", 90), "hardly less than people"),
            (Replacing("may", "threshold", 90), "more than four of five"),
            (Replacing("may_not", "beside_people", 90), "may not replace votes"),
            (Replacing("may_not", "threshold", 90), "fewer than four of five"),
            (Replacing("not_enough", "threshold", 9, 150), "About 150 audit matchups in all"),
            (Replacing("not_enough", "threshold", 90, None), "no number of votes can be named"),
        ],
    )
    def test_says_whether_it_may_replace_votes(self, real, replacing, part):
        assert part in judge_words.headline(replace(real, replacing=replacing), WORDS)


class TestWho:
    def test_names_the_version_that_ran(self, real):
        assert judge_words.who(real, WORDS) == (
            "GPT-4, version 1, run by gpt-4. Criterion: which is better."
        )
