import json

import pytest

from service.domain.judge import Settled
from service.usecases.sighted.judges import gaps
from tests.usecases.sighted.judges import benches
from tests.usecases.sighted.judges.benches import NAME

pytestmark = pytest.mark.parametrize("shared_engine", ["sqlite"], indirect=True)


class TestOf:
    def test_finds_where_graders_agree_and_the_judge_does_not(self, session, made, judge):
        benches.choose(session, made, 3)
        benches.grade_all(session, made, "Ada")
        benches.grade_all(session, made, "Ben")
        benches.draw_audit(session, made, 3)
        benches.ask(session, made, 6)
        benches.answer_all(session, lambda _: json.dumps({"verdict": "tie"}))
        (gap,) = gaps.of(session, made.name, NAME)
        assert len(gap.missed) == 3, "none of the audit, which is never tuned on"
        assert gap.reasons == ("It says more.",)
        assert {one.judge for one in gap.missed} == {Settled.TIE}

    def test_finds_none_where_the_judge_says_the_same(self, session, made, judge):
        benches.choose(session, made, 3)
        benches.grade_all(session, made)
        benches.ask(session, made, 3)
        benches.answer_all(session)
        assert gaps.of(session, made.name, NAME) == ()
