from dataclasses import replace

import pytest
from sqlalchemy import select, update

from service.domain.budget import Cap
from service.domain.configuration import Approach, Configuration, Retrieval
from service.domain.retrieval import Collection, Document
from service.formats import study_file
from service.formats.completions import CompletionRow
from service.store import models
from service.usecases.sighted.studies import applying, filing, imports, opening, overviews
from tests.formats.test_study_writer import EVERYTHING, read_back
from tests.usecases.sighted.studies.test_applying import FILE

OLD = Collection((Document("books/a.md", "Keep it dry."),))
NEW = Collection((Document("books/a.md", "Keep it wet."),))


def shop(name: str, collection: Collection) -> Configuration:
    retrieval = Retrieval(collection.digest, name="books")
    return Configuration(name, Approach.RETRIEVAL, "openai/x", retrieval=retrieval)


WITH_DOCUMENTS = replace(
    FILE,
    configurations=(shop("Shop", OLD), *FILE.configurations),
    collections=(OLD,),
    cap=Cap(usd=2),
)


class TestFileOf:
    @pytest.mark.parametrize(
        "file",
        [
            FILE,
            study_file.read(EVERYTHING, "study.yaml", lambda _: ""),
            WITH_DOCUMENTS,
        ],
    )
    def test_makes_the_same_study_again_and_changes_nothing_here(self, session, now, file):
        applying.apply(session, file, now)
        session.expire_all()
        found = filing.file_of(session, file.name)
        back = read_back(found)

        assert applying.apply(session, back, now).did_nothing
        elsewhere = replace(back, name="elsewhere")
        applying.apply(session, elsewhere, now)
        assert replace(filing.file_of(session, "elsewhere"), name=file.name) == found
        assert [each.fingerprint for each in back.configurations] == [
            each.fingerprint for each in file.configurations
        ]
        assert [each.handle for each in back.prompts] == [each.handle for each in file.prompts]

    def test_leaves_out_what_is_retired(self, session, now):
        applying.apply(session, FILE, now)
        opening.open_study(session, FILE.name, now)
        changed = replace(FILE.configurations[0], system_prompt="Be brief.")
        file = replace(FILE, configurations=(changed, FILE.configurations[1]))
        applying.apply(session, file, now)

        names = {
            each.name: each.system_prompt
            for each in filing.file_of(session, FILE.name).configurations
        }
        assert names == {"Lead": "Be brief.", "Random": ""}

    def test_tells_documents_of_the_same_name_apart(self, session, now):
        applying.apply(
            session, replace(FILE, configurations=(shop("Old", OLD),), collections=(OLD,)), now
        )
        file = replace(
            FILE, configurations=(shop("Old", OLD), shop("New", NEW)), collections=(OLD, NEW)
        )
        applying.apply(session, file, now)

        found = filing.file_of(session, FILE.name)
        assert [each.retrieval.name for each in found.configurations] == ["books", "books-2"]
        assert [each.fingerprint for each in found.configurations] == [
            each.fingerprint for each in file.configurations
        ]


class TestDuplicate:
    def test_makes_a_draft_with_the_same_set_up_and_no_votes(self, session, now):
        applying.apply(session, FILE, now)
        opening.open_study(session, FILE.name, now)
        name = filing.duplicate(session, FILE.name, " Summaries,  second\n", now)

        view = overviews.study(session, name)
        assert (view.name, view.title, view.state) == (
            "summaries-second",
            "Summaries, second",
            "draft",
        )
        assert filing.file_of(session, name).prompts == FILE.prompts

    def test_brings_imported_answers_along_and_no_generated_one(self, session, now):
        ours = replace(FILE.configurations[0], name="Ours", model=None)
        applying.apply(session, replace(FILE, configurations=(ours, FILE.configurations[1])), now)
        opening.open_study(session, FILE.name, now)
        given = [
            CompletionRow(at, "Ours", (f"Answer {at}.",), prompt=asked, latency_ms=70)
            for at, asked in enumerate(FILE.prompts)
        ]
        to = imports.target(session, FILE.name)
        assert imports.import_completions(session, to, given, now, {}).added == len(given)
        told = {
            "whole": [True],
            "reviewed": {"by": "Ada"},
            "shown_by": "mask",
            "shown_plainly": "x",
        }
        session.execute(update(models.Completion).values(state="ready", details=told))

        name = filing.duplicate(session, FILE.name, "Once more", now)

        found = session.execute(
            select(models.Prompt.turns, models.Completion.turns, models.Completion.latency_ms)
            .select_from(models.Completion)
            .join(models.Prompt)
            .join(models.Study, models.Study.id == models.Completion.study_id)
            .where(models.Study.name == name, models.Completion.state == "recorded")
            .order_by(models.Prompt.position)
        ).all()
        assert found == [
            (list(asked.turns), [f"Answer {at}."], 70) for at, asked in enumerate(FILE.prompts)
        ]
        # How they were shown, and who looked at them, is the other study's own.
        fresh = session.scalars(select(models.Completion).filter_by(state="recorded"))
        assert [row.details for row in fresh] == [{"whole": [True]}] * len(given)
        assert overviews.study(session, name).states == {"recorded": 2}

    def test_refuses_a_name_that_is_taken(self, session, now):
        applying.apply(session, FILE, now)
        with pytest.raises(filing.NameTaken, match="another title"):
            filing.duplicate(session, FILE.name, "summaries!", now)

    @pytest.mark.parametrize("title", ["", "  ", "a\x07b"])
    def test_refuses_what_is_no_title(self, session, now, title):
        applying.apply(session, FILE, now)
        with pytest.raises(filing.TitleInvalid):
            filing.duplicate(session, FILE.name, title, now)
