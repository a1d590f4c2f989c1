import random
from dataclasses import replace
from datetime import timedelta

from sqlalchemy import select

from service.domain.doubt import Doubt
from service.domain.prompt import Prompt
from service.domain.sitting import SittingOptions
from service.store import models
from service.usecases.sighted.studies import applying, doubts
from tests import factories
from tests.factories import later
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

    def test_tells_who_has_other_numbers_of_samples(self, session):
        made = factories.make_study(session, configurations=("A", "B", "C"), prompts=2)
        assert doubts.of_study(session, made.name) == ()
        several = {"sample": 2, "state": "recorded"}
        factories.make_completion(
            session, made.id, made.configurations["B"], made.prompts[1], "Or so.", **several
        )
        assert doubts.of_study(session, made.name) == (Doubt("samples_differ", names=("B",)),)
        session.get_one(models.Configuration, made.configurations["B"]).retired_at = later(0)
        session.flush()
        assert doubts.of_study(session, made.name) == ()

    def test_tells_what_came_left_or_changed_once_somebody_rated(self, session):
        made = factories.make_study(session, configurations=("A", "B", "C"), prompts=1)
        factories.make_configuration(session, made.id, "D", created_at=later(-1))
        of = {"prompt_id": made.prompts[0]}

        def replace_text(name):
            of["configuration_id"] = made.configurations[name]
            session.query(models.Completion).filter_by(**of).one().state = "replaced"
            session.flush()

        replace_text("A")
        assert doubts.of_texts(session, made.name) == ()
        rater = factories.make_rater(session, made)
        factories.deal(session, rater, later(2), random.Random(1), timedelta(minutes=30), 1)
        assert doubts.of_texts(session, made.name) == ()
        replace_text("C")
        factories.make_configuration(session, made.id, "E", created_at=later(3))
        session.get_one(models.Configuration, made.configurations["B"]).retired_at = later(3)
        session.flush()
        assert doubts.of_texts(session, made.name) == (Doubt("moved", names=("B", "C", "E")),)
        assert doubts.of_texts(session, made.name) == doubts.of_study(session, made.name)


class TestOfSuggestions:
    def test_names_templates_that_no_suggestion_fits(self, session):
        study = factories.make_study(session, options={"submissions": 3})
        row = session.get_one(models.Configuration, study.configurations["Plain"])
        row.template = "{% set why = 1 %}{{ context }} {{ prompt }} in {{ city }}, {{ why }}"
        session.flush()
        assert doubts.of_suggestions(session, study.name) == (
            Doubt("template_asks", name="city", names=("Plain",)),
        )
        other = factories.make_study(session, "takes-none")
        assert doubts.of_suggestions(session, other.name) == ()
