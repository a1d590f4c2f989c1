"""The page of the votes behind a number: its filters stand in its address."""

import random
import re
from datetime import timedelta
from html import unescape

import pytest
from sqlalchemy import select

from service.database import now
from service.domain.sitting import SittingOptions
from service.store import models
from service.usecases.blind import marks, reasons, voting
from service.usecases.sighted.results import compute, fold
from tests import factories
from tests.web.researcher.test_leaderboards import vote


class TestMatchup:
    def test_shows_the_votes_behind_it_from_the_side_asked_for(self, studio):
        made = studio.study(prompts=1, votes_per_matchup=1)
        vote(studio, made, "left_much", raters=1)
        with studio.database.reading() as session:
            first_is_left = session.scalars(select(models.Assignment.sides)).one()
        winner, loser = ("Plain", "Retrieval") if first_is_left else ("Retrieval", "Plain")
        for first, second in ((winner, loser), (loser, winner)):
            page = studio.page(f"support-replies/matchup?first={first}&second={second}")
            assert f"<b>{winner} much better</b>" in page
            texts = re.findall(r'aria-label="(\w+)">(\w+) says 0', page)
            assert texts == [(first, first), (second, second)]
            assert "Question 0?" in page
            assert "rater-" in page
            assert "Rater 0" not in page

    def test_shows_texts_as_text(self, studio):
        made = studio.study(prompts=1, text=lambda name, _: f"<script>{name}</script>")
        vote(studio, made, raters=1)
        page = studio.page("support-replies/matchup?first=Plain&second=Retrieval")
        assert "<script>Plain" not in page
        assert "&lt;script&gt;Plain" in page

    def test_says_so_where_there_is_none(self, studio):
        studio.study()
        page = studio.page("support-replies/matchup?first=Plain&second=Retrieval")
        assert "No votes on this matchup yet." in page

    @pytest.mark.parametrize("part", ["0", "7", "-1", "x", ""])
    def test_of_a_part_that_is_not_there_shows_none(self, studio, part):
        studio.study()
        page = studio.page(f"support-replies/matchup?outcomes=both_bad&part={part}")
        assert "Votes that found both bad" in page
        assert "No votes yet." in page

    @pytest.mark.parametrize("query", ["?first=Plain&second=No", "?first=No", "?outcomes=won"])
    def test_knows_only_configurations_of_the_study(self, studio, query):
        studio.study()
        assert studio.get(f"support-replies/matchup{query}").status_code == 404


LEASE = timedelta(minutes=5)
NAMES = ("Ours", "Theirs", "Third")


@pytest.fixture
def judged(studio):
    """A study with an incumbent and tags, votes of ten raters, and its leaderboard."""
    made = studio.study(configurations=NAMES, prompts=12, votes_per_matchup=9, incumbent="Theirs")
    with studio.database.transaction() as session:
        moment, chance = now(session), random.Random(3)
        for prompt in session.scalars(select(models.Prompt).filter_by(study_id=made.id)):
            prompt.tags = ["legal"] if prompt.position % 2 else ["mail, „quoted“ & more"]
        ours = made.configurations["Ours"]
        for name in range(10):
            rater = factories.make_rater(session, made, f"Rater {name}")
            dealt = factories.deal(session, rater, moment, chance, timedelta(minutes=5), most=36)
            for each in dealt:
                row = session.scalars(
                    select(models.Assignment).where(models.Assignment.token == each.token)
                ).one()
                likes = "left" if (row.first_configuration_id == ours) == row.sides else "right"
                choice = likes if chance.random() < 0.7 else chance.choice(("left", "both_bad"))
                voting.cast(session, rater, each.token, choice, each.token[:60], moment)
                if choice == "both_bad":
                    told = (rater, each.token, [], "Neither answers.", f"r{each.token}"[:60])
                    reasons.add(session, *told, moment)
        while fold.fold(session, made.id):
            pass
        basis = compute.load(session, made.id, moment)
        compute.save(session, basis, compute.compute(basis), moment)
    return studio


def links(page, marks):
    """Return address and text of each link to votes whose address holds all of these."""
    found = re.findall(r'href="([^"]*/matchup\?[^"]*)"[^>]*>(.*?)</a>', page, re.DOTALL)
    told = [(unescape(address), unescape(text)) for address, text in found]
    return [(one, text) for one, text in told if all(mark in one for mark in marks)]


def number(studio, address):
    """Return how many votes a page of them says there are, and how many it lists."""
    page = unescape(studio.client.get(address).text)
    (said,) = re.findall(r"([\d,]+) counted votes?, prompt by prompt", page)
    return int(said.replace(",", "")), page.count("<summary><b>")


class TestLinks:
    def test_of_incumbent_and_tags_open_as_many_votes_as_they_say(self, judged):
        page = judged.page("support-replies/leaderboard")
        assert "Against what is live" in page
        of_tags = links(page, ["tag="])
        assert len(of_tags) >= 2 * len(NAMES)
        section = page.partition('id="incumbent"')[2].partition("</section>")[0]
        against = links(section, ["second=Theirs"])
        assert len(against) == 2
        for address, text in (*of_tags, *against):
            (wanted,) = re.findall(r"([\d,]+) (?:direct )?votes?", text)
            assert number(judged, address)[0] == int(wanted), address


class TestFilters:
    def test_stand_in_the_address_and_in_the_form(self, judged):
        address = (
            "/studio/support-replies/matchup?first=Ours&second=Theirs&tag=legal"
            "&outcomes=both_bad&sought=neither&contradicts="
        )
        page = judged.client.get(address).text
        assert '<option value="Ours" selected>' in page
        assert '<option value="Theirs" selected>' in page
        assert '<option value="legal" selected>' in page
        assert 'value="neither"' in page
        assert "Ours against Theirs, on “legal”" in page
        told, listed = number(judged, address)
        assert told == listed > 0
        assert page.count("Neither answers.") == told

    def test_keep_on_the_next_page(self, judged):
        address = "/studio/support-replies/matchup?contradicts=1"
        told, listed = number(judged, address)
        assert told > listed == 100
        page = judged.client.get(address).text
        (more,) = links(page, ["start=100"])
        assert "contradicts=1" in more[0]
        assert number(judged, more[0]) == (told, min(100, told - 100))
        assert "From the first" in judged.client.get(more[0]).text

    def test_show_all_where_none_is_set(self, judged):
        told, listed = number(judged, "/studio/support-replies/matchup")
        assert (told > 200, listed) == (True, 100)

    def test_take_whatever_an_address_holds(self, judged):
        for query in ("name=x&sought=a", "start=x", "start=-4", "part=9", "sought=" + "%25" * 400):
            answer = judged.client.get(f"/studio/support-replies/matchup?{query}")
            assert answer.status_code == 200, query
        page = unescape(judged.client.get("/studio/support-replies/matchup?sought=nowhere").text)
        assert re.search(r"Votes 1 to \d+ were searched; 0 hold what you seek\.", page)


class TestGrades:
    def test_stand_beside_the_texts_that_they_are_of(self, studio):
        options = SittingOptions(repeats=0, practice=(), grades="with_votes")
        made = studio.study(prompts=1, votes_per_matchup=1, options=options.to_stored())
        with studio.database.transaction() as session:
            moment = now(session)
            rater = factories.make_rater(session, made, "Ada")
            (piece,) = factories.deal(session, rater, moment, random.Random(1), LEASE, 1)
            voting.cast(session, rater, piece.token, "left", "key", moment)
            marks.keep(session, rater, piece.token, [], (5, 2), "key", moment)
            (liked,) = [name for name in ("Plain", "Retrieval") if name in piece.left_turns[0]]
            fold.fold(session, made.id)
        page = unescape(studio.page("support-replies/matchup?first=Plain&second=Retrieval"))
        other = {"Plain": "Retrieval", "Retrieval": "Plain"}[liked]
        told = dict(re.findall(r"<h2>(\w+) <small class=\"quiet\">graded (\d) of 5", page))
        assert told == {liked: "5", other: "2"}
