import pytest

from service.domain.judge import Verdict
from service.usecases.sighted.judges import progress, verdicts
from tests.usecases.sighted.judges import benches
from tests.usecases.sighted.judges.benches import NAME


@pytest.mark.parametrize("shared_engine", ["sqlite"], indirect=True)
class TestReadAnswers:
    def test_stores_verdict_grades_and_reason_once(self, session, made, judge):
        benches.ask(session, made, 2)
        requests = benches.answer_all(session)
        rows = benches.judgements(session)
        assert {row.said for row in rows} <= {"a", "b", "tie"}
        assert {row.reason for row in rows} == {"Length."}
        assert all(row.a_grade in range(1, 6) for row in rows)
        ids = [request.completion_id for request in requests]
        assert verdicts.read_answers(session, ids) == 0

    def test_counts_refusals_and_nonsense_by_themselves(self, session, made, judge):
        said = iter(
            ["I'm sorry, but I can't help with that.", "Both are great!", '{"verdict": "A"}', " "]
        )
        benches.ask(session, made, 2)
        benches.answer_all(session, lambda _: next(said))
        calls = progress.of(session, made.name, NAME).newest.calls
        assert (calls.refused, calls.malformed, calls.answered, calls.failed) == (1, 1, 1, 1)

    def test_reads_behind_reasoning(self, session, made, judge):
        benches.ask(session, made, 1)
        benches.answer_all(session, lambda _: '<think>Verdict: B\n</think>{"verdict": "A"}')
        assert {row.said for row in benches.judgements(session)} == {"a"}


class TestVerdictOf:
    @pytest.mark.parametrize(
        ("said", "is_exchanged", "verdict"),
        [
            ("a", False, Verdict.FIRST),
            ("a", True, Verdict.SECOND),
            ("b", True, Verdict.FIRST),
            ("tie", True, Verdict.TIE),
            ("refused", True, Verdict.REFUSED),
            ("malformed", False, Verdict.MALFORMED),
        ],
    )
    def test_speaks_of_the_matchup(self, said, is_exchanged, verdict):
        assert verdicts.verdict_of(said, is_exchanged=is_exchanged) is verdict
