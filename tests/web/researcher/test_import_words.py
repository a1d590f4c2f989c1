from service.formats import mapping
from service.reporting.words import ENGLISH
from service.usecases.sighted.studies.previews import Preview
from service.web.researcher import import_words


class TestChoices:
    def test_has_words_for_every_meaning(self):
        groups = import_words.choices("Neu", "answer:X", ["Plain", "Neu"], ENGLISH)
        told = [value for group in groups for value, _ in group.options]
        assert {value for value in told if not value.startswith("answer:")} == set(mapping.MEANINGS)
        assert [value for value in told if value.startswith("answer:")] == [
            "answer:Neu",
            "answer:X",
            "answer:Plain",
        ]

    def test_offers_only_what_can_be_said(self):
        groups = import_words.choices(" " + "n" * 500, "", [], ENGLISH)
        mapping.check({value: value for group in groups for value, _ in group.options})


class TestDoubts:
    def test_has_none_about_a_good_file(self):
        assert import_words.doubts(Preview("prompts"), ENGLISH) == []
