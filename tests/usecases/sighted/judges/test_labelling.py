from service.usecases.sighted.judges import labelling
from tests.usecases.sighted.judges import benches


class TestIsJudged:
    def test_tells_whether_there_is_a_judge(self, session, made):
        assert not labelling.is_judged(session, made.name)
        benches.create(session, made)
        assert labelling.is_judged(session, made.name)
