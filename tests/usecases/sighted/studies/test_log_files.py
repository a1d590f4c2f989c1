import json

import pytest

from service.domain import draft
from service.formats.lines import FileUnreadable
from service.formats.mapping import MappingInvalid
from service.usecases.sighted.studies import log_files
from service.usecases.sighted.studies.log_files import LogInvalid

CHAT = [
    {"role": "system", "content": "You are a bot."},
    {"role": "user", "content": "Why?"},
    {"role": "assistant", "content": "Because."},
    {"role": "user", "content": "And how?"},
]


def read(session, content, name="log.jsonl"):
    plain = log_files.plain(content)
    return log_files.read(name, plain, log_files.meanings_of(session, name, plain))


class TestRead:
    def test_takes_what_users_said_with_its_line(self, session):
        rows = [{"messages": CHAT, "model": "gpt-x"}, {"messages": []}, {"messages": CHAT[1:2]}]
        content = "\n".join(map(json.dumps, rows)).encode()
        found, bad = read(session, content)
        assert [(line, prompt.turns) for line, prompt in found] == [
            (1, ("Why?", "And how?")),
            (3, ("Why?",)),
        ]
        assert bad == 1

    def test_takes_the_questions_of_a_table_of_answers(self, session):
        content = b"prompt,model,completion\nWhy?,a,Because.\nWhy?,b,Hm.\n"
        found, bad = read(session, content, "log.csv")
        assert ([prompt.turns for _, prompt in found], bad) == ([("Why?",), ("Why?",)], 0)

    @pytest.mark.parametrize(
        ("content", "name"),
        [
            (b"", "a.csv"),
            (b"\x00\xff\x00", "a.csv"),
            (b"a,b\n1,2\n", "a.csv"),
            (b"prompt\n17\n", "a.csv"),
            (b"{", "a.jsonl"),
        ],
    )
    def test_refuses_what_holds_none(self, session, content, name):
        with pytest.raises((LogInvalid, FileUnreadable, MappingInvalid)):
            read(session, content, name)

    def test_is_bounded(self, session):
        content = b"prompt\n" + b"x\n" * (draft.MOST_ROWS + 1)
        with pytest.raises(LogInvalid, match="more than"):
            read(session, content, "log.csv")
