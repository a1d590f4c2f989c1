"""The template of a trust report prints every check, all boards and what is worth reading."""

import re

from flask import render_template

from service.reporting.words import ENGLISH
from service.usecases.sighted.judges import report
from service.web.researcher import judge_panels
from tests.oracles import judges


def printed(app, found):
    with app.test_request_context():
        told = judge_panels.of_report(found, ENGLISH)
        return render_template("studio/_judge_report.html", **told)


class TestOfReport:
    def test_prints_checks_boards_and_disagreements(self, studio):
        page = printed(studio.app, report.compute(judges.mt_bench()))
        assert page.count('<li class="check ') == 14
        assert re.findall(r"<h3>([^<]+)</h3>", page)[:2] == [
            "People only",
            "Corrected by the judge",
        ]
        assert "GPT-4, version 1, run by gpt-4." in page
        assert "votes prefer gpt-3.5-turbo" in page

    def test_says_before_the_first_report_what_the_pools_are(self, studio):
        page = printed(studio.app, None)
        assert "No worker has looked yet." in page
        assert "never the same" in page
