from dataclasses import replace

import pytest
from sqlalchemy import select

from service.domain.budget import Cap
from service.domain.configuration import Approach, Configuration
from service.domain.prompt import Prompt
from service.domain.sitting import SittingOptions
from service.domain.study import StudyChangeRefused
from service.formats.study_file import StudyFile
from service.store import models
from service.usecases.sighted.generation.templates import TemplateInvalid
from service.usecases.sighted.results import read
from service.usecases.sighted.studies import applying, opening
from tests import boards, factories

LEAD = Configuration(name="Lead", approach=Approach.OTHER, model="offline/lead")
RANDOM = Configuration(name="Random", approach=Approach.OTHER, model="offline/random")
FILE = StudyFile(
    title="Summaries",
    name="summaries",
    configurations=(LEAD, RANDOM),
    prompts=(Prompt(turns=("One. Two.",)), Prompt(turns=("Three. Four.",), key="second")),
)


def rows(session, model):
    return session.scalars(select(model).order_by(model.id)).all()


class TestApply:
    def test_creates_a_draft(self, session, now):
        applied = applying.apply(session, FILE, now)

        assert (applied.created, applied.added_prompts) == (True, 2)
        assert [row.name for row in rows(session, models.Configuration)] == ["Lead", "Random"]
        assert rows(session, models.Study)[0].state == "draft"
        assert "One. Two." in rows(session, models.Prompt)[0].html["turns"][0]

    def test_has_results_computed_anew_where_another_one_is_live(self, session, now):
        applying.apply(session, FILE, now)
        (study,) = rows(session, models.Study)
        boards.keep(session, study.id, boards.board())
        session.flush()
        applying.apply(session, FILE, now)
        assert read.overdue(session, now) == []
        applying.apply(session, replace(FILE, incumbent="Lead"), now)
        assert read.overdue(session, now) == [study.id]

    def test_twice_changes_nothing(self, session, now):
        applying.apply(session, FILE, now)

        assert applying.apply(session, FILE, now).did_nothing

    def test_changes_a_draft_freely(self, session, now):
        applying.apply(session, FILE, now)
        other = replace(FILE, title="Better", configurations=(LEAD, replace(RANDOM, samples=2)))
        applied = applying.apply(session, other, now)

        assert applied.changed == ("title",)
        assert len(rows(session, models.Configuration)) == 2

    def test_keeps_imported_answers_of_a_configuration_that_a_draft_no_longer_names(
        self, session, now
    ):
        applying.apply(session, FILE, now)
        (prompt, _), (study,) = rows(session, models.Prompt), rows(session, models.Study)
        lead, random = rows(session, models.Configuration)
        answer = factories.make_completion(session, study.id, random.id, prompt.id, "Imported.")
        applied = applying.apply(session, replace(FILE, configurations=(LEAD,)), now)

        assert applied.retired == ("Random",)
        assert (lead.retired_at, random.retired_at) == (None, now)
        assert session.get_one(models.Completion, answer).configuration_id == random.id

    def test_adds_prompts_and_configurations_to_an_open_study(self, session, now):
        applying.apply(session, FILE, now)
        opening.open_study(session, "summaries", now)
        third = Configuration(name="TextRank", approach=Approach.OTHER, model="offline/textrank")
        more = replace(
            FILE,
            configurations=(*FILE.configurations, third),
            prompts=(*FILE.prompts, Prompt(turns=("Five.",))),
        )
        applied = applying.apply(session, more, now)

        assert applied.pending == 3 * 3 - 2 * 2
        assert applied.added_configurations == ("TextRank",)

    def test_a_raised_cap_frees_what_it_had_stopped(self, session, now):
        small = replace(FILE, cap=Cap(calls=1, tokens=100))
        applying.apply(session, small, now)
        opening.open_study(session, "summaries", now)
        for row in rows(session, models.Completion):
            row.state, row.error_class = "blocked", "cap_reached"
        raised = replace(FILE, cap=Cap(calls=900, tokens=900_000))

        assert applying.apply(session, raised, now).pending == 4
        session.expire_all()
        assert {row.state for row in rows(session, models.Completion)} == {"pending"}
        assert applying.apply(session, raised, now).did_nothing

    def test_retires_a_changed_configuration_of_an_open_study(self, session, now):
        applying.apply(session, FILE, now)
        opening.open_study(session, "summaries", now)
        hotter = replace(RANDOM, parameters={"sentences": 2})
        applied = applying.apply(session, replace(FILE, configurations=(LEAD, hotter)), now)
        back = applying.apply(session, FILE, now)

        assert applied.retired == ("Random",)
        assert back.added_configurations == ("Random",)
        assert [
            (row.revision, row.retired_at is None)
            for row in rows(session, models.Configuration)
            if row.name == "Random"
        ] == [(1, True), (2, False)]

    def test_refuses_other_changes_of_an_open_study(self, session, now):
        applying.apply(session, FILE, now)
        opening.open_study(session, "summaries", now)

        with pytest.raises(StudyChangeRefused, match="instructions"):
            applying.apply(session, replace(FILE, instructions="Be harsh."), now)

    @pytest.mark.parametrize(
        "template", ["{{ prompt * 2000000000 }}", "{{ prompt", "{% macro a %}"]
    )
    def test_refuses_a_template_that_cannot_be_filled_in(self, session, now, template):
        endless = replace(LEAD, template=template)
        with pytest.raises(TemplateInvalid, match=r"^Lead: The template cannot be filled in"):
            applying.apply(session, replace(FILE, configurations=(endless, RANDOM)), now)
        assert rows(session, models.Study) == []


class TestDoubts:
    def test_tell_of_labels_that_name_a_configuration(self, session, now):
        labels = {"lead": "Random", "Large": "Lead"}
        told = replace(FILE, sitting=SittingOptions(labels=labels))
        (doubt,) = applying.apply(session, told, now).doubts
        assert "'lead'" in doubt
        assert applying.apply(session, FILE, now).doubts == ()
