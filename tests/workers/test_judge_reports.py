from service.usecases.sighted.judges import reports
from tests.usecases.sighted.judges import benches
from tests.usecases.sighted.judges.benches import NAME
from workers import leaderboards


class TestRefresh:
    def test_comes_with_the_leaderboard(self, database):
        with database.transaction() as session:
            made = benches.study(session)
            benches.create(session, made)
            benches.draw_audit(session, made, 3)
            benches.choose(session, made, 2)
            benches.grade_all(session, made)
            benches.ask(session, made, 5)
            benches.answer_all(session)
        leaderboards.refresh(database, made.id)
        with database.reading() as session:
            kept = reports.last(session, made.name, NAME)
        assert not kept.is_old
        assert kept.report.audit == 3
