import pytest
from sqlalchemy.exc import IntegrityError

from service.domain.judge_question import JudgeInvalid
from service.store import models
from service.usecases.sighted.judges import pools
from service.usecases.sighted.judges.pools import OfTheAudit, Source, UnknownMatchup
from service.usecases.sighted.results import fold
from service.usecases.sighted.results.read import StudySealed
from tests.factories import later
from tests.usecases.sighted.judges import benches
from tests.usecases.sighted.judges.benches import NAME
from tests.usecases.sighted.results import rated


def grade(session, made, item, given=(4, 2), reason="It is kinder.", who="Ada"):
    pools.grade(session, made.name, NAME, item, who, given, reason, later(2))


class TestChoose:
    def test_draws_by_chance(self, session, made, judge):
        assert benches.choose(session, made, 5) == 5
        assert {row.pool for row in session.query(models.PooledMatchup)} == {"calibration"}

    def test_takes_matchups_of_a_prompt_by_hand(self, session, made, judge):
        assert benches.choose(session, made, 2, Source.HAND, prompt_key="p3") == 2
        assert {row.prompt_id for row in session.query(models.PooledMatchup)} == {made.prompts[3]}
        with pytest.raises(JudgeInvalid, match="no prompt"):
            benches.choose(session, made, 2, Source.HAND, prompt_key="p33")

    def test_takes_those_that_divide_people(self, session):
        made = benches.study(session, votes_per_matchup=2)
        benches.create(session, made)
        rated.vote(session, made, "Ben", "Plain")
        rated.vote(session, made, "Cleo", "Retrieval")
        fold.fold(session, made.id)
        assert benches.choose(session, made, 3, Source.DIVIDED) == 3
        both = {made.configurations["Plain"], made.configurations["Retrieval"]}
        for row in session.query(models.PooledMatchup):
            texts = (row.first_completion_id, row.second_completion_id)
            assert {session.get_one(models.Completion, t).configuration_id for t in texts} == both

    @pytest.mark.parametrize("source", [Source.DIVIDED, Source.HARD])
    def test_tells_nothing_of_votes_while_the_study_is_sealed(self, session, source):
        made = benches.study(session, is_sealed=True)
        benches.create(session, made)
        with pytest.raises(StudySealed):
            benches.choose(session, made, 3, source)

    def test_says_when_nothing_is_left(self, session, made, judge):
        with pytest.raises(JudgeInvalid, match="No matchup is left"):
            benches.choose(session, made, 3, Source.DIVIDED)
        with pytest.raises(JudgeInvalid, match="from 1"):
            benches.choose(session, made, 0)


class TestDrawAudit:
    def test_shares_no_text_with_what_calibrates_whichever_came_first(self, session, made, judge):
        benches.choose(session, made, 2)
        stands = benches.draw_audit(session, made, 100)
        benches.choose(session, made, 1)
        by_pool = {"calibration": set(), "audit": set()}
        for row in session.query(models.PooledMatchup):
            by_pool[row.pool] |= {row.first_completion_id, row.second_completion_id}
        assert stands.items == 12
        assert not by_pool["calibration"] & by_pool["audit"]

    def test_says_how_many_votes_are_missing(self, session, made, judge):
        rated.vote(session, made, "Ben", "Plain", 6)
        fold.fold(session, made.id)
        stands = benches.draw_audit(session, made, 100)
        assert (stands.items, stands.voted, stands.missing) == (18, 6, 12)

    def test_says_when_nothing_is_left(self, session, made, judge):
        benches.draw_audit(session, made, 100)
        with pytest.raises(JudgeInvalid, match="No matchup is left to be drawn"):
            benches.draw_audit(session, made, 1)

    def test_the_database_keeps_an_item_in_one_pool(self, session, made, judge):
        benches.choose(session, made, 1)
        row = session.query(models.PooledMatchup).one()
        other = models.PooledMatchup(
            judge_id=judge.id, pool="audit", prompt_id=row.prompt_id, origin="drawn",
            first_completion_id=row.first_completion_id, created_at=later(3),
            second_completion_id=row.second_completion_id,
        )  # fmt: skip
        session.add(other)
        with pytest.raises(IntegrityError):
            session.flush()

    def test_the_database_lets_no_graded_item_change_its_pool(self, session, made, judge):
        benches.choose(session, made, 1)
        row = session.query(models.PooledMatchup).one()
        grade(session, made, row.id)
        row.pool = "audit"
        with pytest.raises(IntegrityError):
            session.flush()


class TestGrading:
    def test_goes_through_all_without_a_name(self, session, made, judge):
        benches.choose(session, made, 5)
        sheet = pools.next_to_grade(session, made.name, NAME, "Ada")
        assert (sheet.done, sheet.total) == (0, 5)
        assert "Plain" not in repr(sheet)
        assert benches.grade_all(session, made) == 5
        assert pools.next_to_grade(session, made.name, NAME, "Ada") is None
        assert pools.next_to_grade(session, made.name, NAME, "Ben").done == 0

    def test_keeps_what_was_given_to_which_text(self, session, made, judge):
        benches.choose(session, made, 5)
        benches.grade_all(session, made)
        lengths = {
            row.id: len(row.turns[0]) for row in session.query(models.Completion) if row.turns
        }
        items = {row.id: row for row in session.query(models.PooledMatchup)}
        for row in session.query(models.PoolGrade):
            item = items[row.pooled_id]
            first, second = lengths[item.first_completion_id], lengths[item.second_completion_id]
            assert (row.first_grade > row.second_grade) == (first > second)
        assert {one.reason for one in pools.graded(session, made.name, NAME)} == {"It says more."}

    def test_draws_who_stands_as_a_for_each_person_and_holds_it(self, session, made, judge):
        benches.choose(session, made, 1)
        seen = {
            who: pools.next_to_grade(session, made.name, NAME, who).a for who in map(str, range(12))
        }
        assert len(set(seen.values())) == 2
        assert all(
            pools.next_to_grade(session, made.name, NAME, who).a == a for who, a in seen.items()
        )

    def test_takes_a_second_grade_in_place_of_the_first(self, session, made, judge):
        benches.choose(session, made, 1)
        item = session.query(models.PooledMatchup).one().id
        grade(session, made, item, (1, 1))
        grade(session, made, item, (5, 5), "On second thought.")
        (row,) = session.query(models.PoolGrade)
        assert (row.first_grade, row.reason) == (5, "On second thought.")

    @pytest.mark.parametrize(
        ("given", "reason", "said"),
        [
            ((0, 3), "x", "1 to 5"),
            ((3, 6), "x", "1 to 5"),
            ((3, 3), " ", "one sentence"),
            ((3, 3), "x" * 501, "one sentence"),
        ],
    )
    def test_refuses_what_is_no_grade(self, session, made, judge, given, reason, said):
        benches.choose(session, made, 1)
        with pytest.raises(JudgeInvalid, match=said):
            grade(session, made, session.query(models.PooledMatchup).one().id, given, reason)

    def test_refuses_the_audit_and_what_is_not_there(self, session, made, judge):
        benches.draw_audit(session, made, 1)
        with pytest.raises(OfTheAudit, match="never learns"):
            grade(session, made, session.query(models.PooledMatchup).one().id)
        with pytest.raises(UnknownMatchup):
            grade(session, made, 10**6)
