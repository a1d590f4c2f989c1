import pytest

from service.domain.prompt import Prompt
from service.domain.prompt_set import Origin, OriginKind
from service.store import models
from service.usecases.sighted.studies import prompt_sets
from service.usecases.sighted.studies.prompt_sets import (
    SetInvalid,
    SetMoved,
    SetTaken,
    UnknownSet,
)
from tests.factories import later

HAND = Origin(OriginKind.HAND)
FILE = Origin(OriginKind.FILE, "more.csv", "ab" * 32)
ONE, TWO = Prompt(turns=("Why?",), key="why"), Prompt(turns=("How?",), tags=("t",))


def made(session, now, *found, title="Support questions"):
    return prompt_sets.make(session, title, found or (ONE, TWO), HAND, "ada", now)


class TestMake:
    def test_keeps_prompts_in_a_first_version(self, session, now):
        used = made(session, now)
        assert (used.name, used.version, len(used.digest)) == ("support-questions", 1, 64)
        assert prompt_sets.prompts_of(session, used.name) == [ONE, TWO]
        (summary,) = prompt_sets.every(session)
        assert (summary.title, summary.newest.prompts, summary.studies) == (
            "Support questions",
            2,
            0,
        )
        assert (summary.newest.made_by, summary.newest.origin) == ("ada", HAND)

    def test_refuses_what_is_no_set(self, session, now):
        made(session, now)
        with pytest.raises(SetTaken):
            made(session, now)
        for title in ("", "x" * 200, "a\u202eb"):
            with pytest.raises(SetInvalid, match="title"):
                made(session, now, title=title)
        with pytest.raises(SetInvalid, match="at least one"):
            prompt_sets.make(session, "Other", (), HAND, "ada", now)
        clash = Prompt(turns=("Else",), key="why")
        with pytest.raises(SetInvalid, match="taken"):
            made(session, now, ONE, clash, title="Other")

    def test_keeps_each_prompt_once(self, session, now):
        used = made(session, now, ONE, ONE, Prompt(turns=("Why?",)))
        assert prompt_sets.prompts_of(session, used.name) == [ONE]

    def test_points_out_who_are_you_and_personal_data(self, session, now):
        asks = Prompt(turns=("Who are you?",), key="who")
        mails = Prompt(turns=("Write to ada@example.org",), key="mail")
        made(session, now, ONE, asks, mails)
        doubts = prompt_sets.of_name(session, "support-questions").newest.doubts
        assert doubts == {"asks_who": ["who"], "personal": ["mail"]}


class TestAddVersion:
    def test_leaves_earlier_versions_as_they_were(self, session, now):
        used = made(session, now)
        more = Prompt(turns=("When?",))
        added = prompt_sets.add_version(
            session, used.name, [ONE, more], FILE, " less ", "ben", later(5)
        )
        assert added.version == 2
        assert prompt_sets.prompts_of(session, used.name, 1) == [ONE, TWO]
        assert prompt_sets.prompts_of(session, used.name) == [ONE, more]
        second, first = prompt_sets.of_name(session, used.name).versions
        assert (second.note, second.made_by, second.origin) == ("less", "ben", FILE)
        assert first.digest == used.digest
        found = prompt_sets.compare(session, used.name, 1, 2)
        assert (found.added, found.removed) == ((more,), (TWO,))

    def test_lets_each_prompt_keep_where_it_came_from(self, session, now):
        used = made(session, now)
        prompt_sets.add_version(
            session, used.name, [TWO, Prompt(turns=("When?",))], FILE, "", "ben", later(5)
        )
        origins = [origin for _, origin in prompt_sets.kept_in(session, used.name)]
        assert origins == [HAND, FILE]
        assert session.query(models.SetPrompt).count() == 3

    def test_of_the_same_prompts_is_none(self, session, now):
        used = made(session, now)
        again = prompt_sets.add_version(session, used.name, [TWO, ONE], FILE, "x", "ben", now)
        assert again == used

    def test_refuses_to_write_over_what_somebody_else_made(self, session, now):
        used = made(session, now)
        prompt_sets.add_version(session, used.name, [ONE], HAND, "", "ben", now, after=1)
        with pytest.raises(SetMoved, match="version 2"):
            prompt_sets.add_version(session, used.name, [TWO], HAND, "", "eve", now, after=1)

    def test_bounds_the_note(self, session, now):
        used = made(session, now)
        with pytest.raises(SetInvalid, match="note"):
            prompt_sets.add_version(session, used.name, [ONE], HAND, "x" * 501, "ben", now)


class TestPromptsOf:
    def test_can_be_read_in_parts(self, session, now):
        used = made(session, now, *(Prompt(turns=(f"{n}?",)) for n in range(5)))
        found = prompt_sets.prompts_of(session, used.name, 1, first=3, most=1)
        assert [each.turns for each in found] == [("3?",)]

    def test_says_what_is_not_there(self, session, now):
        with pytest.raises(UnknownSet, match="no prompt set"):
            prompt_sets.prompts_of(session, "nothing")
        used = made(session, now)
        with pytest.raises(UnknownSet, match="Its newest is 1"):
            prompt_sets.version_of(session, used.name, 9)
