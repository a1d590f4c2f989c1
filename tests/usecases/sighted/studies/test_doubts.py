from dataclasses import replace

from sqlalchemy import select

from service.domain.doubt import Doubt
from service.domain.prompt import Prompt
from service.domain.sitting import SittingOptions
from service.store import models
from service.usecases.sighted.studies import applying, doubts
from tests.usecases.sighted.studies.test_applying import FILE

CITIES = replace(
    FILE,
    prompts=(
        Prompt(turns=("Praise it.",), key="one", variables={"city": "Rome"}),
        Prompt(turns=("Praise  it.",), key="two", variables={"city": "Oslo"}),
    ),
)


class TestOfStudy:
    def test_tells_variables_that_raters_do_not_see_and_prompts_that_read_alike(self, session, now):
        applying.apply(session, CITIES, now)
        assert doubts.of_study(session, "summaries") == (
            Doubt("hidden_variables", names=("city",)),
            Doubt("reads_alike", names=("one", "two")),
        )

    def test_variables_that_are_shown_stand_with_the_prompt(self, session, now):
        applying.apply(session, CITIES, now)
        shown = replace(CITIES, sitting=SittingOptions(shows_variables=True))
        assert "show_variables" in applying.apply(session, shown, now).changed[0]
        assert doubts.of_study(session, "summaries") == ()
        html = session.scalars(select(models.Prompt.html).order_by(models.Prompt.id)).all()
        assert ["city: Rome" in each["context"] for each in html] == [True, False]

    def test_none_where_all_is_shown(self, session, now):
        applying.apply(session, FILE, now)
        assert doubts.of_study(session, "summaries") == ()
