from dataclasses import replace

from service.domain.beside_votes import Blinding, FlagRow, Flags
from service.reporting import blindness
from service.reporting.words import ENGLISH
from tests import boards


def said(check):
    return blindness.sentences(check, ENGLISH)


class TestSentences:
    def test_say_what_was_right_what_is_luck_and_when_more_is_looked_at(self):
        assert said(boards.BLINDING) == [
            (
                "There is no clear sign that raters could tell who wrote what: 11 of the first 20 "
                "answers about authors were right, where guessing gives 10; that may be luck."
            ),
            "5 of 16 guessed labels were right, too few to say more.",
            "So few answers show a plain style; a faint one could go unnoticed.",
            "The next look is at 40 answers about authors; there are 24.",
            "“I can tell who wrote this” was flagged on 2 of 60 matchups.",
        ]

    def test_say_why_nobody_was_asked(self):
        nobody = Blinding("not_asked", 20)
        assert said(nobody)[0].startswith("This study does not ask raters")
        assert "takes texts for two prompts" in said(replace(nobody, one_prompt=True))[0]

    def test_name_who_was_flagged_too_often(self):
        rows = (FlagRow("a", 9, 18), FlagRow("b", 9, 90))
        flags = Flags(9, 100, doubtful=("a",), by_configuration=rows)
        check = Blinding("in_doubt", 20, flags=flags)
        assert said(check)[0] == "Blindness is in doubt: a was flagged on 9 of its 18 matchups."
        check = replace(check, flags=replace(flags, are_many=True))
        assert "many matchups were flagged (9 of 100)" in said(check)[0]
