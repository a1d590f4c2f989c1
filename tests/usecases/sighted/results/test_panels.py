"""The check of norming, of panels of which it is known how people judge."""

import pytest

from service.domain.trust import CAUTION, NOT_CHECKED, OK
from service.reporting import trust
from service.reporting.words import ENGLISH
from service.store import models
from service.usecases.sighted.results import panels
from service.usecases.sighted.results.looks import Looks
from service.usecases.sighted.results.panels import OnPanel
from tests import factories
from tests.usecases.sighted.results import planted
from tests.usecases.sighted.studies.test_norming_results import always, judge, never, study_of

# Of six matchups, how many of ten people preferred the one text, neither, or the other.
AGREED = ((9, 1, 0), (10, 0, 0), (8, 2, 0), (0, 0, 10), (1, 0, 9), (10, 0, 0))
AT_ODDS = ((5, 0, 5), (4, 1, 5), (5, 2, 3), (6, 0, 4), (5, 0, 5), (4, 0, 6))
# Four that all agree on and two on which they part.
PARTLY = (*AGREED[1:5], (6, 0, 4), (5, 0, 5))


class TestCheck:
    @pytest.mark.parametrize(
        ("rows", "state", "dividing"), [(AGREED, OK, 0), (PARTLY, OK, 2), (AT_ODDS, CAUTION, 6)]
    )
    def test_is_a_caution_where_people_surely_judge_by_different_things(
        self, rows, state, dividing
    ):
        found = panels.check(OnPanel(is_asked=True, size=6, raters=10, rows=rows))
        assert (found.state, found.figures["dividing"]) == (state, dividing)
        assert f"; {dividing} divide people." in trust.sentence(found, ENGLISH)

    def test_says_nothing_surely_of_two_who_part_on_one(self):
        rows = ((2, 0, 0), (0, 0, 2), (1, 0, 1), (2, 0, 0), (0, 0, 2))
        assert panels.check(OnPanel(is_asked=True, size=5, raters=2, rows=rows)).state == OK

    @pytest.mark.parametrize(
        ("counted", "why", "said"),
        [
            (OnPanel(), "no_norming", "The study has no norming: no panel came first."),
            (OnPanel(is_asked=True), "panel_waits", "No panel has been drawn."),
            (
                OnPanel(is_asked=True, size=0),
                "panel_too_small",
                "There were too few matchups for a panel.",
            ),
            (
                OnPanel(is_asked=True, size=5),
                "panel_unjudged",
                "No judgement on the panel counts yet.",
            ),
            (
                OnPanel(is_asked=True, size=5, raters=1, rows=((1, 0, 0),)),
                "panel_of_one",
                "Judgements of one person only count on the panel.",
            ),
            *(
                (
                    OnPanel(is_asked=True, size=5, raters=2, rows=(row,) * 5),
                    "panel_alike",
                    "All said the same of the panel, or only one person judged each of it.",
                )
                for row in ((0, 2, 0), (1, 0, 0))
            ),
        ],
    )
    def test_is_stated_in_every_state(self, counted, why, said):
        for votes in ([], planted.fair()):
            board = planted.board(votes, looks=Looks(panel=counted))
            assert planted.state(board, "norming") == (NOT_CHECKED, why)
            (line,) = (
                one for one in trust.lines(board, ENGLISH) if one.name.endswith("on the panel")
            )
            assert line.said == (said,)

    def test_is_not_checked_where_nobody_looked(self):
        board = planted.board(planted.fair(), looks=None)
        assert planted.state(board, "norming") == (NOT_CHECKED, "no_norming")


class TestLoad:
    def test_counts_what_counts_and_by_whom(self, session):
        study = study_of(session)
        row = session.get_one(models.Study, study.id)
        assert panels.load(session, row) == OnPanel(is_asked=True)
        judge(session, study, "Ada", always)
        judge(session, study, "Ben", never)
        seen = judge(session, study, "Cleo", never)
        session.get_one(models.Rater, seen).is_sighted = True
        session.flush()
        assert panels.load(session, row) == OnPanel(
            is_asked=True, size=6, raters=2, rows=((1, 0, 1),) * 6
        )
        assert panels.load(session, session.get_one(models.Study, noise(session))) == OnPanel()


def noise(session):
    return factories.make_study(session, "noise").id
