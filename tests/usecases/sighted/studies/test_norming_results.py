"""What came of panels, of worlds in which it is known how people split."""

import random
from collections import Counter
from datetime import timedelta

import pytest

from service.domain.normed import Stage
from service.domain.sitting import SittingOptions
from service.store import models
from service.usecases.blind import reasons, voting
from service.usecases.sighted.studies import filing, norming_results
from service.usecases.sighted.studies.norming_results import CriteriaInvalid, NothingHeld
from tests import factories
from tests.factories import later

LEASE = timedelta(minutes=30)
NAMES = ("A", "B", "C")


def study_of(session, **fields):
    options = SittingOptions(norming=6, repeats=0, practice=(), **fields.pop("options", {}))
    return factories.make_study(
        session,
        prompts=8,
        configurations=NAMES,
        options=options.to_stored(),
        **fields,
    )


def judge(session, study, name, prefers, why=()):
    """Judge all of the panel: `prefers` gets a row and says whether the first text is better."""
    rater_id = factories.make_rater(session, study, name)
    while dealt := factories.deal(session, rater_id, later(1), random.Random(3), LEASE, 1):
        token = dealt[0].token
        row = session.query(models.Assignment).filter_by(token=token).one()
        first = prefers(row)
        choice = "both_good" if first is None else "left" if first == row.sides else "right"
        voting.cast(session, rater_id, token, choice, f"k-{token}", later(1))
        if why:
            reasons.add(session, rater_id, token, list(why), "in words", f"w-{token}", later(1))
    return rater_id


def always(_row):
    return True


def never(_row):
    return False


def nobody(_row):
    return None


class TestOfStudy:
    def test_finds_that_all_agree(self, session):
        study = study_of(session)
        for name in ("Ada", "Ben", "Cleo"):
            judge(session, study, name, lambda row: row.prompt_id % 2 == 0)
        found = norming_results.of_study(session, study.name)
        assert (found.stage, found.raters, found.done, found.size) == (Stage.AGREED, 3, 3, 6)
        assert found.agreement.value == 1
        assert 0 < found.agreement.low < 1
        assert (found.dividing, found.proposed, found.holds) == (0, (), True)
        for one in found.splits:
            winner = one.texts[0] if one.one else one.texts[1]
            assert sorted((one.one, one.other)) == [0, 3]
            # Said of every other prompt: the first configuration is better, or the second.
            is_first = session.query(models.Prompt.id).filter_by(key=one.prompt).scalar() % 2 == 0
            assert f"{(min if is_first else max)(one.names)} " in f"{winner} "

    def test_tells_which_text_people_preferred(self, session):
        study = study_of(session)
        ids = study.configurations
        for name in ("Ada", "Ben"):
            judge(
                session,
                study,
                name,
                # The text of C loses to all others, and that of A beats all.
                lambda row: (
                    row.first_configuration_id == ids["A"]
                    or row.second_configuration_id == ids["C"]
                ),
            )
        for one in norming_results.of_study(session, study.name).splits:
            better, worse = one.names if one.one else one.names[::-1]
            assert better < worse
            assert f"{better} " in one.texts[0 if one.one else 1]

    def test_finds_where_people_divide_and_why(self, session):
        study = study_of(session)
        edge = sorted(study.prompts)[4]
        judge(session, study, "Ada", always, why=("tone", "clear"))
        judge(session, study, "Ben", always, why=("clear",))
        judge(session, study, "Cleo", lambda row: row.prompt_id > edge, why=("tone",))
        judge(session, study, "Dan", lambda row: row.prompt_id > edge)
        found = norming_results.of_study(session, study.name)
        items = session.query(models.NormingMatchup).all()
        dividing = sum(one.prompt_id <= edge for one in items)
        assert 0 < dividing < 6
        assert (found.stage, found.dividing) == (Stage.DIVIDED, dividing)
        assert [one.divides for one in found.splits] == [True] * dividing + [False] * (6 - dividing)
        assert found.proposed == ("clear", "tone")
        reasoned = {given.kind: given for given in found.splits[0].reasons}
        assert sorted((reasoned["tone"].one, reasoned["tone"].other)) == [1, 1]
        assert sorted((reasoned["clear"].one, reasoned["clear"].other)) == [0, 2]
        assert found.splits[0].notes == ("in words",) * 3
        assert found.agreement.value < 0.7

    def test_finds_that_nobody_prefers_anything(self, session):
        study = study_of(session)
        for name in ("Ada", "Ben"):
            judge(session, study, name, nobody)
        found = norming_results.of_study(session, study.name)
        assert (found.stage, found.agreement.value) == (Stage.TIES, None)

    @pytest.mark.parametrize(("people", "stage"), [(0, Stage.WAITS), (1, Stage.ONE_RATER)])
    def test_says_so_where_few_have_judged(self, session, people, stage):
        study = study_of(session)
        for name in ("Ada",)[:people]:
            judge(session, study, name, always)
        assert norming_results.of_study(session, study.name).stage is stage

    @pytest.mark.parametrize(
        ("fields", "stage"),
        [({"options": {"norming": 0}}, Stage.NOT_ASKED), ({"state": "draft"}, Stage.DRAFT)],
    )
    def test_says_so_before_there_is_a_panel(self, session, fields, stage):
        study = factories.make_study(session, **{"options": {"norming": 6}, **fields})
        assert norming_results.of_study(session, study.name).stage is stage

    def test_says_of_a_closed_study_that_no_panel_came(self, session):
        study = study_of(session, state="closed")
        assert norming_results.of_study(session, study.name).stage is Stage.NEVER

    def test_leaves_out_what_leaves_results_out(self, session):
        study = study_of(session)
        sighted = judge(session, study, "Ada", always)
        judge(session, study, "Ben", never)
        session.get_one(models.Rater, sighted).is_sighted = True
        session.flush()
        found = norming_results.of_study(session, study.name)
        assert (found.raters, found.left_out, found.stage) == (1, 6, Stage.ONE_RATER)

    def test_covers_of_a_sealed_study_what_tells_who_is_ahead(self, session):
        study = study_of(session)
        judge(session, study, "Ada", always, why=("tone",))
        for name in ("Ben", "Cleo"):
            judge(session, study, name, never, why=("tone",))
        session.get_one(models.Study, study.id).is_sealed = True
        shown = norming_results.of_study(session, study.name)
        assert [(one.one, one.other) for one in shown.splits] == [(2, 1)] * 6
        assert {(*one.names, *one.notes) for one in shown.splits} == {("", "")}
        given = {each for one in shown.splits for each in one.reasons}
        assert {(each.one, each.other, each.number) for each in given} == {(0, 0, 3)}
        for row in session.query(models.Assignment):
            row.sides = not row.sides
        session.flush()
        assert norming_results.of_study(session, study.name) == shown


class TestGoOn:
    def test_deals_what_comes_after(self, session):
        study = study_of(session)
        judge(session, study, "Ada", always)
        norming_results.go_on(session, study.name, "ada", later(9))
        found = norming_results.of_study(session, study.name)
        assert (found.holds, found.released_by) == (False, "ada")
        judge(session, study, "Ben", always)
        kinds = Counter(row.kind for row in session.query(models.Assignment))
        assert kinds == {"norming": 12, "regular": 18}
        with pytest.raises(NothingHeld):
            norming_results.go_on(session, study.name, "ada", later(10))

    def test_draws_from_what_is_finished_where_answers_are_still_to_come(self, session):
        study = study_of(session)
        session.query(models.Completion).filter_by(study_id=study.id).first().state = "blocked"
        session.flush()
        judge(session, study, "Ada", always)
        norming_results.go_on(session, study.name, "ada", later(9))
        judge(session, study, "Ben", always)
        found = norming_results.of_study(session, study.name)
        assert (found.stage, found.size, found.holds) == (Stage.ONE_RATER, 6, True)


class TestSplit:
    def test_makes_a_draft_that_asks_for_the_criteria(self, session):
        study = study_of(session)
        told = ["Clear", "  Right   tone ", ""]
        made = norming_results.split(session, study.name, "In parts", told, later(1))
        file = filing.file_of(session, made)
        assert file.sitting.criteria == ("Clear", "Right tone")
        assert (file.title, file.sitting.norming, len(file.prompts)) == ("In parts", 6, 8)

    @pytest.mark.parametrize("told", [[], ["a", "A"], list("abcdef"), ["x" * 61]])
    def test_refuses_what_no_study_can_ask_for(self, session, told):
        study = study_of(session)
        with pytest.raises(CriteriaInvalid):
            norming_results.split(session, study.name, "In parts", told, later(1))
