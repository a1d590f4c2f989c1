import re

import pytest

from service.store import models

PLAN = "support-replies/estimate"


class TestEstimate:
    def test_says_what_can_be_told_and_what_it_costs(self, studio):
        studio.study(prompts=60, votes_per_matchup=2)
        page = studio.page(PLAN)
        assert "2 raters, 120 votes on 60 prompts: can tell" in page
        assert "To tell 60/40 you need about" in page
        assert "What generating will take" in page

    def test_says_which_cap_has_room_where_no_price_is_known(self, studio):
        studio.post("new", title="Owls", decision="empty")
        for name in ("small", "large"):
            studio.post("owls/configuration", name=name, model=name, endpoint="barn")
        studio.post("owls/prompts", prompts="One?\nTwo?", apart="lines")
        page = studio.page("owls/estimate")
        assert re.search(r"in the settings: 4 calls and [1-9][0-9,]+ tokens have room", page)

    def test_answers_for_other_numbers(self, studio):
        studio.study(prompts=60, votes_per_matchup=5)
        page = studio.page(f"{PLAN}?raters=10&tell=70")
        assert "10 raters, 300 votes on 60 prompts" in page
        assert "70/30" in page
        assert re.search(r'name="raters"[^>]*value="10"', page)

    @pytest.mark.parametrize(
        "asked", ["raters=0", "raters=x", "raters=999999", "tell=50", "tell=²"]
    )
    def test_says_what_is_no_number(self, studio, asked):
        studio.study()
        page = studio.page(f"{PLAN}?{asked}")
        assert 'role="alert">Give ' in page

    def test_asks_for_what_a_plan_takes(self, studio):
        studio.study(prompts=0, state="draft")
        assert "A plan takes two configurations and a prompt." in studio.page(PLAN)

    def test_offers_nothing_to_change_in_a_study_that_is_open(self, studio):
        studio.study()
        assert "votes_per_rater" not in studio.page(PLAN)

    def test_a_viewer_reads_and_changes_nothing(self, studio, viewer):
        studio.study()
        assert "votes on 3 prompts" in viewer.page(PLAN)
        assert 'method="post"' not in viewer.page(PLAN).partition("<main")[2]
        assert viewer.post("support-replies/plan", votes_per_matchup="2").status_code == 403


class TestSavePlan:
    def save(self, studio, **fields):
        empty = {"votes_per_matchup": "", "votes_per_rater": "", "dealing": ""}
        return studio.post(
            "support-replies/plan", **{**empty, "end-votes": "", "end-date": "", **fields}
        )

    def row(self, studio):
        with studio.database.reading() as session:
            row = session.query(models.Study).one()
            session.expunge(row)
            return row

    def test_keeps_quota_votes_dealing_and_end(self, studio):
        studio.study(prompts=20, state="draft", opened_at=None)
        answer = self.save(
            studio,
            votes_per_matchup="4",
            votes_per_rater="25",
            **{"end-votes": "60", "end-date": "2031-02-03"},
        )
        assert answer.location == f"/studio/{PLAN}"
        row = self.row(studio)
        assert (row.votes_per_matchup, row.options["quota"]) == (4, 25)
        assert (row.end_votes, str(row.end_date)) == (60, "2031-02-03")
        page = studio.page(f"{PLAN}?raters=4")
        assert "4 raters, 60 votes on 20 prompts" in page
        assert 'value="2031-02-03"' in page
        self.save(studio)
        assert (self.row(studio).end_votes, self.row(studio).votes_per_matchup) == (None, 1)

    def test_shows_again_what_was_refused(self, studio):
        studio.study(state="draft", opened_at=None)
        answer = self.save(studio, **{"end-date": "soon", "votes_per_matchup": "-3"})
        assert answer.status_code == 422
        assert 'value="soon"' in answer.text
        assert "Nothing has changed." in answer.text
        assert self.row(studio).end_date is None


class TestOutlook:
    def test_answers_a_slider_with_the_sentences_alone(self, studio):
        studio.study()
        told = studio.page("support-replies/outlook?raters=30&tell=55")
        assert "30 raters" in told
        assert "55/45" in told
        assert "<html" not in told
        assert 'role="alert"' in studio.page("support-replies/outlook?raters=many")
        studio.study(name="bare", prompts=0)
        assert studio.page("bare/outlook").strip() == ""
