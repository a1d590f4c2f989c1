from service.domain.ending import DeclaredEnd, Met, Then, When
from service.domain.leaderboard import End
from service.reporting import ending_words
from service.reporting.words import ENGLISH

MET = Met("2026-03-12T12:00:00+00:00", "decided", 214, "Retrieval")


class TestDeclared:
    def test_says_each_end_and_that_the_first_counts(self):
        said = ending_words.declared(400, "2026-12-31", "winner", "close", ENGLISH)
        assert said == (
            "after 400 votes or with the end of 2026-12-31 (UTC) or when one configuration is "
            "ahead of every other one, whichever comes first"
        )

    def test_says_what_holds_where_the_end_is_only_told(self):
        said = ending_words.declared(None, None, "settled", "notify", ENGLISH)
        assert said.startswith("when each of the others is behind the best or practically equal")
        assert "at every look or not at all" in said

    def test_says_that_there_is_none(self):
        assert "closed by hand" in ending_words.declared(None, None, None, "close", ENGLISH)


class TestOfBoard:
    def test_says_whether_it_is_reached(self):
        end = End(votes=400)
        assert ending_words.of_board(end, ENGLISH) == (
            "The end was declared before looking: after 400 votes. It is not reached."
        )
        assert "It is reached." in ending_words.of_board(End(400, reached=True), ENGLISH)


class TestOfStudy:
    END = DeclaredEnd(decided=When.WINNER, then=Then.NOTIFY)

    def test_says_what_is_declared_and_that_it_was_met_and_names_nobody(self):
        assert ending_words.of_study(None, None, ENGLISH) == ""
        said = ending_words.of_study(self.END, None, ENGLISH)
        assert said.startswith("Declared end: when one configuration is ahead of every other one.")
        assert ending_words.of_study(self.END, MET, ENGLISH) == (
            "The stop rule was met on 2026-03-12: it is decided. The study goes on, as it declared."
        )


class TestReached:
    def test_is_silent_before(self):
        assert ending_words.reached(None, ENGLISH) == ""
        assert ending_words.reached(End(votes=400), ENGLISH) == ""

    def test_says_when_and_by_what_claims_it_was_decided(self):
        end = End(reached=True, decided="winner", then="notify", met=MET)
        assert ending_words.reached(end, ENGLISH) == (
            "The stop rule was met on 2026-03-12: with 214 votes it was decided, by claims that "
            "hold however often one looks. The best then was Retrieval. "
            "The study goes on, as it declared."
        )

    def test_says_that_votes_or_days_are_over(self):
        told = [
            ending_words.reached(End(3, reached=True, met=Met(MET.at, by, 3)), ENGLISH)
            for by in ("votes", "date")
        ]
        assert told == [
            "The stop rule was met on 2026-03-12: its votes are in.",
            "The stop rule was met on 2026-03-12: its last day is over.",
        ]
