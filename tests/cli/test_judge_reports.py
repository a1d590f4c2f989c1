import json

import pytest

from service.cli.boards import leaderboard
from service.cli.judge_reports import show_report
from service.database import now
from service.domain.budget import Cap
from service.usecases.sighted.judges import making, report, reports
from service.usecases.sighted.judges.reports import Due
from tests import boards, factories
from tests.oracles import judges


@pytest.fixture
def measured(home):
    """Have a judge, and the report that a worker would have stored."""
    with home.database.transaction() as session:
        study = factories.make_study(session)
        told = making.JudgeTold("Kindness", "offline/lead")
        made = now(session)
        making.create(session, study.name, "tone", told, Cap(usd=1), "ada", made)
    return study


def store(home, study):
    found = report.compute(judges.simulate(judges.World(prompts=60)))
    with home.database.transaction() as session:
        (due,) = reports.due(session, study.id, now(session))
        reports.save(session, Due(due.name, due.version_id, due.seen), found, now(session))
    return found


class TestShowReport:
    def test_says_before_the_first_one_what_the_pools_are(self, home, say, measured):
        said = say(show_report, measured.name, "tone")
        assert "No report yet" in said
        assert "never the same" in said

    def test_says_checks_and_boards_under_their_names(self, home, say, measured):
        store(home, measured)
        said = say(show_report, measured.name, "tone")
        assert "It agrees with people: measured" in said
        for label in ("People only", "Corrected by the judge", "Judge only"):
            assert f"\n{label}" in said
        assert "Worth reading" in said

    def test_writes_the_whole_report_once(self, home, say, measured, tmp_path):
        store(home, measured)
        out = tmp_path / "trust.json"
        say(show_report, measured.name, "tone", "--out", str(out))
        told = json.loads(say(show_report, measured.name, "tone", "--json"))
        assert json.loads(out.read_text()) == told
        assert [board["kind"] for board in told["boards"]] == [
            "people", "corrected", "corrected", "judge", "judge"
        ]  # fmt: skip
        assert "Name a new file" in say(show_report, measured.name, "tone", "--out", str(out))


class TestLeaderboard:
    def test_is_labelled_people_only_where_there_is_a_judge(self, home, say, measured):
        with home.database.transaction() as session:
            boards.keep(session, measured.id, boards.board())
            other = factories.make_study(session, "no-judge")
            boards.keep(session, other.id, boards.board())
        assert "People only: nothing of a judge enters." in say(leaderboard, measured.name)
        assert "People only" not in say(leaderboard, other.name)
