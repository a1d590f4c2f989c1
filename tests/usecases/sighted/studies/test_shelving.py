from dataclasses import replace

import pytest

from service.domain.sitting import GoldTexts, SittingOptions
from service.domain.study import RenderMode, StudyChangeRefused, UnknownStudy
from service.store import models
from service.usecases.sighted import lookup
from service.usecases.sighted.studies import applying, opening, overviews
from tests.usecases.sighted.studies.test_applying import FILE, rows


class TestGold:
    GOLD = replace(
        FILE,
        sitting=SittingOptions(gold=(GoldTexts("Which?", "# Good\x07", "Bad."),)),
        render=RenderMode.LIGHT,
    )

    def test_stands_ready_beside_the_study_and_twice_changes_nothing(self, session, now):
        applying.apply(session, self.GOLD, now)
        assert applying.apply(session, self.GOLD, now).did_nothing
        (gold,) = rows(session, models.Gold)
        better = session.get_one(models.Completion, gold.better_completion_id)
        assert (better.state, better.turns) == ("ready", ["# Good\x07"])
        assert "\x07" not in better.html[0]
        assert [row.name for row in overviews.every(session)] == ["summaries"]
        with pytest.raises(UnknownStudy):
            lookup.find(session, "summaries/gold")

    def test_follows_a_changed_draft_and_is_never_generated(self, session, now):
        applying.apply(session, FILE, now)
        changed = applying.apply(session, self.GOLD, now).changed
        assert any("gold" in field for field in changed)
        assert opening.open_study(session, "summaries", now).pending == 4
        view = overviews.study(session, "summaries")
        assert (view.prompts, len(view.configurations), view.completions_total) == (2, 2, 4)
        with pytest.raises(StudyChangeRefused, match="gold"):
            applying.apply(session, FILE, now)
