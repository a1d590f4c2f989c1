"""What can be claimed: every claim of the board and every verdict on a judge, blocked or not."""

from dataclasses import replace

import pytest

from service.domain.claims import Against, Verdict
from service.domain.judge_report import Replacing
from service.domain.slices import Slice, Slices
from service.domain.trust import Check
from service.usecases.sighted.judges import diagnosing, report
from service.usecases.sighted.results.read import StudySealed
from tests import boards, factories
from tests.oracles import judges


def of(board, *reports):
    return diagnosing.diagnose("s", board, reports)


def named(found, name):
    return [one for one in found.statements if one.name == name]


class TestOnABoard:
    def test_before_any_votes_the_first_statement_is_blocked(self):
        (only,) = of(None).statements
        assert (only.state, only.why, only.more.low) == ("blocked", "no_votes", None)

    def test_every_claim_is_a_statement(self):
        found = of(boards.board())
        assert [one.about[1] for one in named(found, "ahead")] == [
            "fine-tune",
            "plain-prompt",
            "small-model",
        ]
        assert [one.is_supported for one in named(found, "ahead")] == [False, True, True]

    def test_forecasts_what_the_verdict_forecasts_and_no_more(self):
        verdict = Verdict("keep_going", short_of="votes", margin=5, more_low=60, more_high=300)
        found = of(boards.with_part(boards.board(), verdict=verdict))
        (winner,) = named(found, "winner")
        assert (winner.more.kind, winner.more.low, winner.more.high) == ("votes", 60, 300)
        (unknown,) = named(of(boards.board()), "winner")
        assert (unknown.more.low, unknown.more.high) == (None, None)

    def test_lays_a_forecast_on_the_only_open_claim_and_on_none_of_several(self):
        verdict = Verdict("keep_going", short_of="votes", margin=5, more_low=60, more_high=300)
        one = boards.with_part(boards.board(), verdict=verdict)
        two = boards.with_part(one, claims=boards.claims("open", "open", "ahead"))
        assert [each.more.low for each in named(of(one), "ahead") if each.more] == [60]
        assert [each.more.low for each in named(of(two), "ahead") if each.more] == [None, None]

    def test_says_a_decided_winner_and_practical_equality(self):
        (won,) = named(of(boards.pair(state="at_end")), "winner")
        assert (won.is_supported, won.about, won.why) == (True, ("retrieval",), "at_end")
        (equal,) = named(of(boards.pair(state="equal")), "equal_top")
        assert equal.is_supported

    def test_says_who_is_missing_before_it_speaks_in_general(self):
        few = replace(boards.pair().parts[0].claims, for_these_raters=True)
        found = of(boards.with_part(boards.pair(), claims=few, raters=3))
        (raters,) = named(found, "general_raters")
        assert (raters.is_supported, raters.more.kind, raters.more.low) == (False, "raters", 2)
        assert named(found, "general_prompts")[0].is_supported

    def test_says_the_incumbent_newcomers_and_tags(self):
        board = boards.with_part(
            replace(boards.board(), incumbent="plain-prompt"),
            against=(Against("retrieval", "better", "always"), Against("fine-tune", "open")),
            slices=Slices((Slice("law", 3, 2, ()),)),
        )
        board = replace(board, ratings=(*board.ratings, boards.waiting("new")))
        found = of(board)
        assert named(found, "better")[0].about == ("retrieval", "plain-prompt")
        assert not named(found, "against")[0].is_supported
        assert named(found, "rated")[0].about == ("new",)
        assert not named(found, "slice")[0].is_supported

    @pytest.mark.parametrize(
        ("state", "supported"),
        [("ok", True), ("note", True), ("caution", False), ("not_checked", False)],
    )
    def test_says_the_checks_that_claims_stand_on(self, state, supported):
        board = replace(boards.board(), checks=(Check("agreement", state), Check("length", state)))
        (check,) = [one for one in of(board).statements if one.name.startswith("check_")]
        assert (check.name, check.is_supported) == ("check_agreement", supported)

    @pytest.mark.parametrize("name", ["agreement", "norming"])
    def test_claims_no_agreement_that_may_be_chance(self, name):
        for low, state, why in ((-0.2, "blocked", "chance"), (0.1, "supported", "")):
            check = Check(name, "ok", figures={"value": 0.3, "low": low, "high": 0.7})
            (one,) = named(of(replace(boards.board(), checks=(check,))), f"check_{name}")
            assert (one.state, one.why) == (state, why)

    @pytest.mark.parametrize(
        ("why", "said"), [("no_norming", []), ("panel_too_small", []), ("panel_waits", [False])]
    )
    def test_misses_no_panel_that_the_study_does_not_ask_for(self, why, said):
        board = replace(boards.board(), checks=(Check("norming", "not_checked", why),))
        assert [one.is_supported for one in named(of(board), "check_norming")] == said


@pytest.fixture(scope="module")
def known():
    return report.compute(judges.simulate(judges.World(prompts=150, voted=0.5, noise=0.3)))


class TestOnAJudge:
    def test_one_that_is_measured_supports_its_statements(self, known):
        found = of(None, replace(known, replacing=Replacing("may", "threshold", 90)))
        for name in ("judge_agreement", "judge_replaces", "judge_corrects", "judge_carries"):
            assert all(one.is_supported for one in named(found, name)), name
        (grades,) = named(found, "judge_grades")
        assert (grades.more.kind, grades.more.low) == ("grades", 5)

    def test_one_with_few_audit_matchups_says_how_many_more(self):
        few = report.compute(judges.simulate(judges.World(prompts=2)))
        found = of(None, few)
        (agreement,) = named(found, "judge_agreement")
        assert (agreement.more.kind, agreement.more.low) == ("audit", 30 - 12)
        assert {one.more.low for one in named(found, "judge_carries")} == {20 - 6}
        (corrects,) = named(found, "judge_corrects")
        assert (corrects.why, corrects.more.low) == ("borrowed", 14)
        assert named(found, "judge_replaces")[0].more.low >= 1

    def test_one_that_may_not_replace_votes_supports_just_that(self, known):
        found = of(None, replace(known, replacing=Replacing("may_not", "threshold", 90)))
        assert named(found, "judge_replaces_not")[0].is_supported

    def test_one_that_favours_somebody_is_blocked_for_good(self):
        world = judges.World(prompts=100, family=1.5, noise=0.3)
        found = of(None, report.compute(judges.simulate(world)))
        (own,) = [one for one in named(found, "judge_carries") if one.about == ("own-0",)]
        assert (own.is_supported, own.why, own.more) == (False, "failed", None)

    def test_one_that_is_not_related_or_too_close_names_no_number(self, known):
        board = replace(known.board("corrected"), why="not_related")
        close = replace(known, replacing=Replacing("not_enough", "threshold", 90), boards=(board,))
        found = of(None, close)
        assert named(found, "judge_replaces")[0].more.low is None
        assert named(found, "judge_corrects")[0].more.low == known.worth.needed


class TestOfStudy:
    def test_reads_the_newest_leaderboard(self, session):
        made = factories.make_study(session)
        assert not diagnosing.of_study(session, made.name).supported
        boards.keep(session, made.id, boards.board())
        first = diagnosing.of_study(session, made.name).supported[0]
        assert (first.name, first.about) == ("ahead", ("retrieval", "plain-prompt"))

    def test_says_nothing_of_a_sealed_study(self, session):
        made = factories.make_study(session, is_sealed=True)
        with pytest.raises(StudySealed):
            diagnosing.of_study(session, made.name)
