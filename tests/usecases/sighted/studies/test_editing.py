import pytest
from sqlalchemy import select

from service.domain import decision
from service.domain.study import StudyChangeRefused
from service.formats.study_problems import StudyFileInvalid
from service.store import models
from service.usecases.sighted.studies import applying, editing, filing, opening, rows
from tests import factories
from tests.usecases.sighted.studies.test_applying import FILE
from tests.usecases.sighted.studies.test_filing import WITH_DOCUMENTS

NAMES = {"live": "Live now", "replacement": "Replacement"}
RETIRES = decision.by_key("retires")


def told_of(session, name: str = "what-next") -> list[tuple[str, str | None]]:
    file = filing.file_of(session, name)
    return [(each.name, each.model) for each in file.configurations]


@pytest.fixture
def draft(session, now) -> str:
    return editing.begin(session, "What next?", RETIRES, NAMES, now)


class TestBegin:
    def test_names_what_is_compared_and_what_is_live(self, session, draft):
        file = filing.file_of(session, draft)
        assert [each.name for each in file.configurations] == ["Live now", "Replacement"]
        assert (file.title, file.incumbent) == ("What next?", "Live now")

    @pytest.mark.parametrize("each", decision.DECISIONS, ids=lambda each: each.key)
    def test_takes_every_decision(self, session, now, each):
        names = {role.key: role.key.title() for role in each.roles}
        name = editing.begin(session, f"About {each.key}", each, names, now)
        assert [one.name for one in filing.file_of(session, name).configurations] == list(
            names.values()
        )

    def test_refuses_a_title_that_is_taken(self, session, now, draft):
        with pytest.raises(filing.NameTaken):
            editing.begin(session, "What next", RETIRES, NAMES, now)


class TestChange:
    def test_applies_what_a_form_says(self, session, now, draft):
        editing.change(session, draft, lambda said: said.update(votes_per_matchup=3), now)
        assert filing.file_of(session, draft).votes_per_matchup == 3

    def test_names_each_field_that_is_wrong_and_changes_nothing(self, session, now, draft):
        def edit(said):
            said |= {"votes_per_matchup": 0, "cap": {"usd": -1}, "incumbent": "Nobody"}

        with pytest.raises(StudyFileInvalid) as caught:
            editing.change(session, draft, edit, now)
        assert {problem.field for problem in caught.value.problems} == {
            "votes_per_matchup",
            "cap, usd",
        }
        with pytest.raises(StudyFileInvalid, match="there are: Live now, Replacement"):
            editing.change(session, draft, lambda said: said.update(incumbent="Nobody"), now)
        assert filing.file_of(session, draft).incumbent == "Live now"

    def test_keeps_documents_that_are_stored(self, session, now):
        applying.apply(session, WITH_DOCUMENTS, now)
        editing.change(session, FILE.name, lambda said: said.update(title="Other"), now)
        assert filing.file_of(session, FILE.name).collections == WITH_DOCUMENTS.collections


class TestSetConfiguration:
    def test_adds_one_and_changes_one(self, session, now, draft):
        editing.set_configuration(
            session, draft, None, {"name": "Third", "model": "offline/lead"}, now
        )
        editing.set_configuration(
            session, draft, "Live now", {"name": "Today", "model": "openai/gpt-4o-mini"}, now
        )
        assert told_of(session) == [
            ("Today", "openai/gpt-4o-mini"),
            ("Replacement", None),
            ("Third", "offline/lead"),
        ]
        assert filing.file_of(session, draft).incumbent == "Today"

    def test_keeps_what_was_imported_when_the_name_changes(self, session, now, draft):
        prompt = {"text": "Why?", "id": "why"}
        editing.add_prompts(session, draft, [prompt], now)
        row = session.scalars(select(models.Prompt)).one()
        live = session.scalars(
            select(models.Configuration).order_by(models.Configuration.id)
        ).first()
        made = rows.pending_completion(row.study_id, live.id, row.id, 1, now)
        made.state, made.origin, made.turns = "ready", "imported", ["Because."]
        session.add(made)
        session.flush()
        editing.set_configuration(
            session, draft, "Live now", {"name": "Today", "one_off_cost": 5}, now
        )
        kept = session.scalars(select(models.Completion)).one()
        assert session.get(models.Configuration, kept.configuration_id).name == "Today"

        editing.remove_prompt(session, draft, "why")
        assert session.scalars(select(models.Completion)).all() == []

    def test_refuses_the_name_of_another(self, session, now, draft):
        with pytest.raises(filing.NameTaken):
            editing.set_configuration(session, draft, "Live now", {"name": "Replacement"}, now)
        with pytest.raises(filing.NameTaken):
            editing.set_configuration(session, draft, None, {"name": "Live now"}, now)
        with pytest.raises(editing.UnknownPart):
            editing.set_configuration(session, draft, "Nobody", {"name": "X"}, now)

    def test_of_an_open_study_makes_a_new_revision_under_the_same_name(self, session, now):
        applying.apply(session, FILE, now)
        opening.open_study(session, FILE.name, now)
        entry = {"name": "Lead", "approach": "other", "model": "offline/lead", "samples": 2}
        editing.set_configuration(session, FILE.name, "Lead", entry, now)
        rows = session.scalars(
            select(models.Configuration).where(models.Configuration.name == "Lead")
        )
        assert [(row.revision, row.retired_at is None) for row in rows] == [(1, False), (2, True)]
        with pytest.raises(StudyChangeRefused, match="keeps its name"):
            editing.set_configuration(
                session, FILE.name, "Lead", {**entry, "name": "Lead two"}, now
            )


class TestRemoveConfiguration:
    def test_forgets_the_incumbent_with_it(self, session, now, draft):
        editing.remove_configuration(session, draft, "Live now", now)
        assert told_of(session) == [("Replacement", None)]
        assert filing.file_of(session, draft).incumbent is None

    def test_retires_it_from_an_open_study(self, session, now):
        applying.apply(session, FILE, now)
        opening.open_study(session, FILE.name, now)
        editing.remove_configuration(session, FILE.name, "Random", now)
        assert told_of(session, FILE.name) == [("Lead", "offline/lead")]
        assert len(session.scalars(select(models.Configuration)).all()) == 2


class TestPrompts:
    def test_are_added_once(self, session, now, draft):
        editing.add_prompts(session, draft, ["Why?", {"text": "How?", "tags": ["short"]}], now)
        editing.add_prompts(session, draft, ["When?"], now)
        assert [each.turns[0] for each in filing.file_of(session, draft).prompts] == [
            "Why?",
            "How?",
            "When?",
        ]
        with pytest.raises(StudyFileInvalid):
            editing.add_prompts(session, draft, ["Why?"], now)

    def test_stay_once_the_study_is_open(self, session, now):
        applying.apply(session, FILE, now)
        opening.open_study(session, FILE.name, now)
        with pytest.raises(StudyChangeRefused):
            editing.remove_prompt(session, FILE.name, "second")
        editing.add_prompts(session, FILE.name, ["Five."], now)
        assert len(filing.file_of(session, FILE.name).prompts) == 3


class TestDraftThatWasRated:
    """A study that somebody made a draft again, by hand: what was judged stays, and says so."""

    @pytest.fixture
    def rated(self, sqlite_database, now):
        with sqlite_database.transaction() as session:
            made = factories.make_study(session)
        factories.cast_all(sqlite_database, made)
        with sqlite_database.transaction() as session:
            session.get_one(models.Study, made.id).state = "draft"
        return made

    def test_keeps_prompts_and_configurations(self, sqlite_database, rated, now):
        changes = [
            lambda session: editing.remove_configuration(session, rated.name, "Plain", now),
            lambda session: editing.remove_prompt(session, rated.name, "p0"),
        ]
        for change in changes:
            with (
                pytest.raises(StudyChangeRefused, match="stays"),
                sqlite_database.transaction() as session,
            ):
                change(session)

    def test_revises_a_configuration_and_drops_no_vote(self, sqlite_database, rated, now):
        file = FILE.configurations[0]
        with sqlite_database.transaction() as session:
            for row in session.scalars(select(models.Prompt)):
                row.fingerprint = filing.prompt_of(row).fingerprint
            entry = {"name": "Plain", "model": file.model, "approach": "other"}
            editing.set_configuration(session, rated.name, "Plain", entry, now)
        with sqlite_database.reading() as session:
            found = session.scalars(
                select(models.Configuration).where(models.Configuration.name == "Plain")
            )
            assert [row.retired_at is None for row in found] == [False, True]
            assert session.query(models.Vote).count() == 3
