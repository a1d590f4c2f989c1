import json
import random
import re

import pytest
from click.testing import CliRunner
from sqlalchemy import select

from service.cli import boards
from service.cli.context import Outlet
from service.domain.sitting import SittingOptions
from service.store import models
from service.usecases.blind import flags
from service.usecases.sighted.results import compute, fold
from tests import boards as sample
from tests import factories
from tests.factories import later
from tests.usecases.sighted.results.rated import GOLD, LEASE, board, made, mark, vote

ASKS = SittingOptions(
    repeats=0, practice=(), criteria=("Kind [bold]", "Right"), grades="with_votes", gold=GOLD
)


@pytest.fixture
def outlet(tmp_path, monkeypatch):
    monkeypatch.setenv("DATA_DIR", str(tmp_path / "data"))
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.setenv("COLUMNS", "120")
    made = Outlet()
    yield made
    made.close()


def rated(outlet, options=ASKS, **fields):
    """Let one rater do all, and a worker look."""
    with outlet.database.transaction() as session:
        study = made(session, options, **fields)
        mark(session, factories.make_rater(session, study))
        while fold.fold(session, study.id):
            pass
        basis = compute.load(session, study.id, later(9))
        compute.save(session, basis, compute.compute(basis), later(9))
        return study.name


def voted(outlet):
    with outlet.database.transaction() as session:
        study = factories.make_study(session)
        board(session, study)
        return study.name


def typed(outlet, *words: str) -> str:
    result = CliRunner().invoke(boards.leaderboard, list(words), obj=outlet)
    return result.output + str(getattr(result.exception, "message", ""))


class TestLeaderboard:
    def test_shows_grades_criteria_and_gold_below_the_ratings(self, outlet):
        said = typed(outlet, rated(outlet))
        lines = [" ".join(line.split()) for line in said.splitlines()]
        assert "6 votes by 1 person · 6 prompts." in said
        assert lines.index("Configuration Mean grade 95 % Grades") > 2
        assert any(line.startswith("Retrieval 5.0 2.9–5.0 6") for line in lines)
        assert "Retrieval has the highest mean grade, 5.0 of 5 (95 % interval 2.9–5.0)" in said
        assert any(
            line.startswith("Kind [bold] Plain 0\xa0% 0–".replace("\xa0", " ")) for line in lines
        )
        assert "A share counts equal half." in lines
        assert "Rater Gold right Of" in lines
        assert "Right is a vote for it, better or much better" in said

    def test_shows_no_ratings_where_grades_are_all_that_is_asked(self, outlet):
        name = rated(outlet, SittingOptions(repeats=0, practice=(), grades="only"))
        said = typed(outlet, name)
        assert "Mean grade" in said
        assert "Both bad" not in said
        assert "Gold" not in said

    def test_shows_votes_alone_where_nothing_more_is_asked(self, outlet):
        said = typed(outlet, voted(outlet))
        assert "Both bad" in said
        assert "grade" not in said
        assert "Share  95" not in said

    def test_shows_what_is_said_against_the_incumbent_and_by_tag(self, outlet):
        with outlet.database.transaction() as session:
            study = factories.make_study(session, incumbent="Plain")
            for prompt in session.scalars(select(models.Prompt).filter_by(study_id=study.id)):
                prompt.tags = ["legal"]
            vote(session, study)
            board(session, study)
        short = " ".join(typed(outlet, study.name).split())
        assert "legal (" not in short
        assert "`--all` prints everything" in short
        said = " ".join(typed(outlet, study.name, "--section", "tags").split())
        assert "Plain is live today." in said
        assert "Retrieval cannot be told from Plain yet." in said
        assert "not enough votes" in said.partition("legal (")[2]
        found = json.loads(typed(outlet, study.name, "--json"))
        assert found["incumbent"] == "Plain"
        assert found["parts"][0]["against"][0]["configuration"] == "Retrieval"
        assert found["parts"][0]["slices"]["slices"][0]["tag"] == "legal"

    def test_prints_all_of_it_as_json(self, outlet):
        found = json.loads(typed(outlet, rated(outlet), "--json"))
        assert [row["configuration"] for row in found["marks"]["grades"]] == ["Retrieval", "Plain"]
        assert found["marks"]["grade_differences"][0]["told_apart"] is True
        assert found["marks"]["criteria"][0]["rows"][1]["behind"] == 0
        assert found["gold"]["raters"][0]["right"] == 1
        assert found["gold"]["by_grades"] is False

    def test_says_whether_blindness_held(self, outlet):
        with outlet.database.transaction() as session:
            study = factories.make_study(session)
            ben = factories.make_rater(session, study)
            token = factories.deal(session, ben, later(1), random.Random(1), LEASE, 1)[0].token
            flags.flag(session, ben, token, "knows_source", "", later(1))
            board(session, study)
        said = typed(outlet, study.name)
        assert "nobody has answered." in said
        assert "“I can tell who wrote this” was flagged on 1 of 1 matchups." in said
        assert re.search(r"Plain +1 +1", said)
        found = json.loads(typed(outlet, study.name, "--json"))["blinding"]
        assert (found["state"], found["flags"]["flags"]) == ("no_answers", 1)

    def test_of_an_earlier_version_says_that_it_is_computed_anew(self, outlet):
        name = voted(outlet)
        with outlet.database.transaction() as session:
            row = session.scalars(select(models.Leaderboard)).one()
            row.content, row.version, row.digest = {"ratings": [], "votes": 0}, 1, ""
        for words in ([name], [name, "--verify"]):
            assert "stored by an earlier Evenhand" in typed(outlet, *words)
        assert json.loads(typed(outlet, name, "--json")) is None

    def test_verifies_itself(self, outlet):
        assert "follow from their stored counts." in typed(outlet, rated(outlet), "--verify")

    def test_of_a_sealed_study_refuses(self, outlet):
        name = rated(outlet, is_sealed=True)
        for words in ([name], [name, "--json"]):
            assert "sealed" in typed(outlet, *words)
            assert "grade" not in typed(outlet, *words)


class TestPrice:
    def keep(self, outlet):
        costs = {"retrieval": 2.6, "fine-tune": 0.6}
        found = sample.priced(sample.pair(), costs, one_off={"fine-tune": 1000.0})
        with outlet.database.transaction() as session:
            study = factories.make_study(session)
            sample.keep(session, study.id, found)
            return study.name

    def test_is_told_with_months_where_somebody_says_how_many_requests(self, outlet):
        study = self.keep(outlet)
        told = typed(outlet, study)
        assert "What quality costs:" in told
        assert "fine-tune has paid for itself after 469,000 to 535,000 requests." in told
        told = typed(outlet, study, "--requests-per-month", "50000")
        assert "fine-tune has paid for itself after 9.4 to 10.7 months." in told

    def test_stands_in_the_json_where_it_is_asked_for(self, outlet):
        study = self.keep(outlet)
        assert "break_even" not in json.loads(typed(outlet, study, "--json"))
        told = json.loads(typed(outlet, study, "--json", "--requests-per-month", "50000"))
        assert told["break_even"][0]["months"] == pytest.approx([9.39, 10.7], abs=0.01)

    @pytest.mark.parametrize("wrong", ["0", "many"])
    def test_refuses_what_is_no_number_of_requests(self, outlet, wrong):
        found = CliRunner().invoke(
            boards.leaderboard, [self.keep(outlet), "--requests-per-month", wrong], obj=outlet
        )
        assert found.exit_code == 2
