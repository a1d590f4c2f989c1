"""The template of a trust report prints every check, all boards and what is worth reading."""

import re

from flask import render_template

from service.database import now
from service.domain.budget import Cap
from service.reporting.words import ENGLISH
from service.usecases.sighted.judges import making, report
from service.web.researcher import judge_panels
from tests import boards
from tests.oracles import judges


def printed(app, found):
    with app.test_request_context():
        told = judge_panels.of_report(found, ENGLISH)
        return render_template("studio/_judge_report.html", **told)


class TestOfReport:
    def test_prints_checks_boards_and_disagreements(self, studio):
        page = printed(studio.app, report.compute(judges.mt_bench()))
        assert page.count('<li class="check ') == 14
        headings = re.findall(r"<h3>([^<]+)</h3>", page)
        assert headings[:2] == [
            "People only",
            "Corrected by the judge, unsettled as half a win",
        ]
        assert len(headings) == len(set(headings))
        assert "GPT-4, version 1, run by gpt-4." in page
        assert "votes prefer gpt-3.5-turbo" in page

    def test_says_before_the_first_report_what_the_pools_are(self, studio):
        page = printed(studio.app, None)
        assert "No worker has looked yet." in page
        assert "never the same" in page


class TestLeaderboard:
    def test_is_labelled_people_only_where_there_is_a_judge(self, studio):
        made = studio.study(configurations=list(boards.SHARES))
        studio.rank(made)
        assert "People only" not in studio.page("support-replies/leaderboard")
        with studio.database.transaction() as session:
            told = making.JudgeTold("Kindness", "offline/lead")
            making.create(session, made.name, "tone", told, Cap(usd=1), "ada", now(session))
        assert "People only: nothing of a judge enters." in studio.page(
            "support-replies/leaderboard"
        )
