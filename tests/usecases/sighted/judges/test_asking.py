import pytest
from sqlalchemy.exc import IntegrityError

from service.domain.completion import CompletionFailure
from service.domain.judge_question import JudgeInvalid
from service.store import models
from service.usecases.sighted.generation import claims
from service.usecases.sighted.judges import making, progress
from tests import factories
from tests.domain.test_judge_question import blocks
from tests.usecases.sighted.generation import batches
from tests.usecases.sighted.judges import benches
from tests.usecases.sighted.judges.benches import NAME, TOLD


class TestAsk:
    def test_asks_each_matchup_in_both_orders_on_the_path_of_all_calls(self, session, made, judge):
        assert benches.ask(session, made, 3).matchups == 3
        requests = claims.claim(session, 100, batches.LEASE, factories.later(4))
        assert len(requests) == 6
        asked = [blocks(request.user_turns[0]) for request in requests]
        pairs = {frozenset((one["answer A"], one["answer B"])) for one in asked}
        assert len(pairs) == 3
        assert len({(one["answer A"], one["answer B"]) for one in asked}) == 6
        shelf = session.get_one(models.Study, judge.shelf_id)
        session.refresh(shelf)
        assert (shelf.held_calls, shelf.held_nanos > 0) == (6, True)
        assert {request.parameters["temperature"] for request in requests} == {0}
        assert not batches.broken(session, 5)

    def test_tells_no_name_of_a_configuration_or_model(self, session, made, judge):
        benches.ask(session, made, 18)
        for request in claims.claim(session, 100, batches.LEASE, factories.later(4)):
            told = request.system_prompt + request.user_turns[0]
            for name in ("Plain", "Retrieval", "Tuned", "offline", NAME, made.name):
                assert name not in told

    def test_begins_with_both_pools_and_never_asks_twice(self, session, made, judge):
        benches.choose(session, made, 2)
        benches.draw_audit(session, made, 2)
        benches.ask(session, made, 4)
        own = {
            (row.first_completion_id, row.second_completion_id)
            for row in session.query(models.PooledMatchup)
        }
        asked = {
            (row.first_completion_id, row.second_completion_id)
            for row in benches.judgements(session)
        }
        assert asked == own
        assert benches.ask(session, made, 1000).matchups == 18 - 4
        assert benches.ask(session, made, 1000).matchups == 0

    def test_never_asks_of_what_the_version_was_shown(self, session, made, judge):
        benches.choose(session, made, 2)
        benches.grade_all(session, made)
        items = session.query(models.PooledMatchup).all()
        told = TOLD.__class__(**{**vars(TOLD), "examples": tuple(one.id for one in items)})
        making.edit(session, made.name, NAME, told, "Ada", factories.later(3))
        asked = benches.ask(session, made, 1000)
        shown = {t for one in items for t in (one.first_completion_id, one.second_completion_id)}
        texts = {
            t
            for row in benches.judgements(session)
            for t in (row.first_completion_id, row.second_completion_id)
        }
        assert asked.seen == 2
        assert not shown & texts

    def test_the_database_refuses_a_second_score(self, session, made, judge):
        benches.ask(session, made, 1)
        row = benches.judgements(session)[0]
        again = models.Judgement(
            **{
                name: getattr(row, name)
                for name in (
                    "version_id", "prompt_id", "first_completion_id", "second_completion_id",
                    "is_exchanged", "reason", "created_at",
                )
            },
            answer_id=benches.judgements(session)[1].answer_id + 1,
        )  # fmt: skip
        session.add(again)
        with pytest.raises(IntegrityError):
            session.flush()

    def test_tells_two_matchups_with_the_same_texts_apart(self, session):
        made = benches.study(
            session, text=lambda who, _: "Long enough." if who == "Tuned" else "Yes."
        )
        for row in session.query(models.Completion):
            row.text_hash = str(row.id)  # they look alike to people, which is not the matter here
        session.flush()
        benches.create(session, made)
        assert benches.ask(session, made, 1000).matchups == 18
        assert len(benches.answer_all(session)) == 36

    def test_puts_what_failed_back_to_work(self, session, made, judge):
        benches.ask(session, made, 1)
        gone = CompletionFailure("not_found", "There is no such model.", is_transient=False)
        benches.answer_all(session, lambda _: gone)
        view = progress.of(session, made.name, NAME)
        assert view.newest.calls.failed == 2
        assert view.failures == (("not_found", "There is no such model.", 2),)
        assert benches.ask(session, made, 0).again == 2
        benches.answer_all(session, minutes=10)
        assert progress.of(session, made.name, NAME).newest.calls.answered == 2

    @pytest.mark.parametrize("wanted", [-1, 1001])
    def test_refuses_too_many(self, session, made, judge, wanted):
        with pytest.raises(JudgeInvalid, match="1 to 1000"):
            benches.ask(session, made, wanted)

    def test_casts_no_vote_and_makes_no_study_dirty(self, session, made, judge):
        benches.ask(session, made, 5)
        benches.answer_all(session)
        for kind in (models.Vote, models.Assignment, models.Dirty, models.Tally):
            assert session.query(kind).count() == 0
