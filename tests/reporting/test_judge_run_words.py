from service.domain.judge import Settled
from service.domain.judge_answer import Calls
from service.domain.rubric_gaps import Gap, Missed
from service.reporting import judge_run_words
from service.reporting.words import ENGLISH

MISSED = Missed("1-2", "p1", ("refunds",), Settled.FIRST, Settled.SECOND, ("It says when.",))


class TestCalls:
    def test_says_each_kind_that_there_is(self):
        said = judge_run_words.calls(Calls(9, 1, 2, 0, 3, 1), ENGLISH)
        assert said[0].startswith("9 of 16 calls hold a verdict")
        assert [line.split()[0] for line in said[1:]] == ["1", "1", "2", "3"]
        assert "Raise it" in said[-1]

    def test_says_that_nothing_was_asked(self):
        said = judge_run_words.calls(Calls(0, 0, 0, 0, 0, 0), ENGLISH)
        assert said == ("It was not asked anything yet.",)


class TestSpent:
    def test_names_the_cap_where_there_is_one(self):
        assert judge_run_words.spent(1.5, 5.0, ENGLISH) == "$1.50 of $5.00 spent."
        assert judge_run_words.spent(1.5, None, ENGLISH) == "$1.50 spent."


class TestPools:
    def test_says_how_many_votes_are_missing(self):
        items = {"calibration": 6, "graded": 5, "audit": 20}
        taught, measured = judge_run_words.pools(items, 12, ENGLISH)
        assert taught == "6 matchups calibrate it, 5 of them graded."
        assert "voted on 12 of them, and 8 wait" in measured


class TestKin:
    def test_warns_only_where_somebody_is(self):
        assert judge_run_words.kin((), ENGLISH) == ""
        assert "Plain" in judge_run_words.kin(("Plain",), ENGLISH)


class TestGap:
    def test_makes_a_clause_of_people_s_reasons(self):
        tagged = Gap("refunds", is_tag=True, missed=(MISSED, MISSED), reasons=("It says when.",))
        assert judge_run_words.gap(tagged, ENGLISH) == "2 matchups with the tag refunds."
        clause = judge_run_words.clause(tagged, ENGLISH)
        assert clause.startswith("For prompts about refunds")
        assert "“It says when”." in clause
        spoken = Gap("when", is_tag=False, missed=(MISSED,), reasons=("It says when.",))
        assert "speak of “when”" in judge_run_words.gap(spoken, ENGLISH)
        bare = Gap("", is_tag=False, missed=(MISSED,), reasons=())
        assert "share nothing" in judge_run_words.gap(bare, ENGLISH)
