from dataclasses import replace
from datetime import date

import pytest

from service.domain.configuration import Approach, Configuration
from service.domain.ending import DeclaredEnd
from service.domain.preregistration import Intent
from service.domain.prompt import Prompt
from service.domain.sitting import SittingOptions
from service.domain.study import StudyChangeRefused
from service.formats.study_file import StudyFile
from service.reporting import preregistered
from service.reporting.words import ENGLISH
from service.store import models, raters, studies
from service.usecases.blind import submitting
from service.usecases.sighted.results import preregistrations, unsealing
from service.usecases.sighted.results.preregistrations import NoPreregistration
from service.usecases.sighted.studies import applying, exclusions, opening, submissions
from tests import factories
from tests.usecases.sighted.results import rated

LEAD = Configuration(name="Lead", approach=Approach.OTHER, model="offline/lead")
RANDOM = Configuration(name="Random", approach=Approach.OTHER, model="offline/random")
FILE = StudyFile(
    title="Summaries",
    name="summaries",
    configurations=(LEAD, RANDOM),
    prompts=(Prompt(turns=("One. Two.",)),),
    sealed=True,
    end=DeclaredEnd(100, date(2026, 12, 31)),
    intent=Intent("Which is shorter?", 8, "Nobody."),
)


def opened(session, now):
    applying.apply(session, FILE, now)
    opening.open_study(session, "summaries", now)


def codes(session):
    return [each.code for each in preregistrations.declared(session, "summaries").deviations]


class TestFreeze:
    def test_happens_once_when_the_study_opens(self, session, now):
        applying.apply(session, FILE, now)
        with pytest.raises(NoPreregistration, match="frozen when it opens"):
            preregistrations.declared(session, "summaries")
        opening.open_study(session, "summaries", now)
        found = preregistrations.declared(session, "summaries")
        opening.open_study(session, "summaries", factories.later(90))
        assert preregistrations.declared(session, "summaries") == found
        told = found.document
        assert (told.question, told.margin, told.exclusions) == (
            "Which is shorter?",
            8,
            "Nobody.",
        )
        assert (told.end_votes, told.end_date, told.is_sealed) == (100, "2026-12-31", True)
        assert [each.name for each in told.configurations] == ["Lead", "Random"]
        assert (found.is_intact, found.deviations) == (True, ())

    def test_was_not_done_in_studies_of_before(self, session):
        study = factories.make_study(session)
        assert preregistrations.of_study(session, study.name) is None
        with pytest.raises(NoPreregistration, match="made none"):
            preregistrations.declared(session, study.name)


class TestOfStudy:
    def test_finds_a_changed_document(self, session, now):
        opened(session, now)
        row = session.get_one(models.Preregistration, studies.by_name(session, "summaries").id)
        row.content = row.content.replace('"margin": 8', '"margin": 3')
        session.flush()
        found = preregistrations.declared(session, "summaries")
        assert (found.is_intact, found.document, found.deviations) == (False, None, ())

    def test_lists_what_came_later(self, session, now):
        opened(session, now)
        more = replace(LEAD, name="Late")
        prompts = (*FILE.prompts, Prompt(turns=("Three.",)))
        applying.apply(
            session, replace(FILE, configurations=(LEAD, more), prompts=prompts), factories.later(5)
        )
        assert codes(session) == [
            "configurations_added",
            "configurations_retired",
            "prompts_added",
        ]

    def test_lists_an_end_that_was_moved_and_settings_changed_beside_the_rules(self, session, now):
        opened(session, now)
        row = studies.by_name(session, "summaries")
        row.end_votes, row.counts_sighted = 50, True
        session.flush()
        assert codes(session) == ["settings_changed", "end_moved"]

    def test_lists_what_was_left_out_by_hand(self, session, now):
        study = factories.make_study(session, votes_per_matchup=2)
        preregistrations.freeze(session, session.get_one(models.Study, study.id), now)
        rated.vote(session, study, "Ben")
        other = factories.make_study(session, "noise")
        rated.vote(session, other, "Eve")
        ben = next(
            row for row in session.query(models.Rater).all() if row.study_id == study.id
        ).pseudonym
        exclusions.exclude(session, study.name, ben, "too fast", factories.later(3))
        (out,) = preregistrations.declared(session, study.name).deviations
        assert (out.code, out.number, out.because) == ("excluded_by_hand", 3, "too fast")
        exclusions.lift(session, study.name, ben, factories.later(4))
        (lifted,) = preregistrations.declared(session, study.name).deviations
        assert (lifted.code, lifted.number) == ("lifted_by_hand", 3)

    def test_lists_closing_and_unsealing_before_the_end(self, session, now):
        opened(session, now)
        opening.close_study(session, "summaries", now)
        assert codes(session) == ["closed_early"]
        unsealing.unseal(session, "summaries", "ada", "the boss asked", now)
        assert codes(session) == ["closed_early", "unsealed_early"]


class TestNorming:
    def test_is_declared_with_what_follows_it(self, session, now):
        file = replace(FILE, sitting=SittingOptions(norming=6, norming_holds=False))
        applying.apply(session, file, now)
        opening.open_study(session, "summaries", now)
        plan = preregistrations.declared(session, "summaries").document.plan
        assert (plan.norming, plan.norming_then) == (6, "go_on")
        assert codes(session) == []
        told = dict(
            preregistered.declared(
                preregistrations.declared(session, "summaries").document, ENGLISH
            )
        )
        assert "everybody judges the same 6 matchups first" in told["Plan"]
        study = studies.by_name(session, "summaries")
        study.options = {**study.options, "norming": 5}
        session.flush()
        (changed,) = preregistrations.declared(session, "summaries").deviations
        assert changed.names == ("norming",)


class TestSubmissions:
    def test_are_declared_and_no_deviation(self, session, now):
        file = replace(FILE, sitting=SittingOptions(submissions=2))
        applying.apply(session, file, now)
        opening.open_study(session, "summaries", now)
        study = studies.by_name(session, "summaries")
        made = factories.MadeStudy(study.id, study.name, {}, [])
        sitter = raters.locked(session, factories.make_rater(session, made))
        submitting.submit(session, sitter, "Three. Four.", "k", now)
        number = session.query(models.Submission.id).scalar()
        assert submissions.accept(session, "summaries", [number], (), "Iris", now).prompts == 1
        assert preregistrations.declared(session, "summaries").document.plan.submissions == 2
        assert codes(session) == []
        applying.apply(session, replace(file, prompts=(*FILE.prompts, Prompt(("Five.",)))), now)
        assert codes(session) == ["prompts_added"]
        applying.apply(session, replace(FILE, prompts=(*FILE.prompts, Prompt(("Five.",)))), now)
        assert codes(session) == ["prompts_added", "settings_changed"]
        with pytest.raises(StudyChangeRefused):
            applying.apply(session, file, now)
