import re

from service import drafting
from service.cli.prompt_drafts import (
    draft_set,
    list_drafts,
    propose_set,
    review_draft,
    send_draft,
)
from service.database import now
from tests.test_drafting import answer, listed

LOG = "prompt\nWhy is the sky blue?\nMail ada@example.org\nDo bees dance?\n"


def token_in(said):
    return re.search(r"prompts (?:send|review) (\S+)", said)[1]


class TestDraft:
    def test_is_made_of_a_log_without_a_model(self, say, tmp_path):
        log = tmp_path / "log.csv"
        log.write_text("frage\nWhy is it blue?\nWhy is it blue??\nMail ada@example.org\n")
        said = say(draft_set, log, "--into", "Drafted", "--map", "frage=prompt")
        assert "3 requests read, 1 left out" in said
        assert "personal data" in said
        assert "/studio/_drafts/" in said
        kept = say(draft_set, log, "--into", "Drafted", "--map", "frage=prompt", "--keep")
        assert "drafted is at version 1." in kept
        again = say(draft_set, log, "--into", "drafted", "--map", "frage=prompt")
        assert "already" in again
        assert "from 1 to 200" in say(draft_set, log, "--into", "x", "--size", "0")

    def test_is_reviewed_and_made_a_set(self, say, tmp_path):
        assert "No draft yet" in say(list_drafts)
        log = tmp_path / "log.csv"
        log.write_text(LOG)
        token = token_in(say(draft_set, log, "--into", "Bees"))
        assert token in say(list_drafts)
        said = say(review_draft, token, "--keep", "all", "--drop", "2-2")
        assert [line[0] for line in said.splitlines()[1:] if line[0] in "+- "].count("+") == 2
        assert "by their numbers" in say(review_draft, token, "--keep", "x")
        assert "no such prompt" in say(review_draft, token, "--drop", "9")
        assert "bees is at version 1." in say(review_draft, token, "--make")
        assert "already" in say(review_draft, token, "--keep", "1")
        assert "no such draft" in say(review_draft, "nothing")

    def test_is_proposed_by_a_model_once_somebody_has_seen_what_is_sent(self, home, say, tmp_path):
        for name in ("a.md", "b.md"):
            (tmp_path / name).write_text(f"Tyres of {name}. Mail ada@example.org.")
        told = ("--into", "Bikes", "--model", "openai/gpt-x", "--size", "4")
        said = say(propose_set, tmp_path / "a.md", tmp_path / "b.md", *told)
        assert "2 passages of 2 would be sent" in said
        assert "2 × e-mail" in said
        token = token_in(said)
        assert "from 0 to 100" in say(send_draft, token, "--usd", "1000")
        assert "2 calls wait" in say(send_draft, token, "--usd", "1")
        with home.database.reading() as session:
            moment = now(session)
        texts = listed("Is my tyre flat?"), listed("Which chain fits?")
        answer(home.database, *texts, moment=moment)
        drafting.make_due(home.database)
        said = say(review_draft, token, "--keep", "all", "--make")
        assert "Which chain fits?" in said
        assert "bikes is at version 1." in said
        (tmp_path / "c.pdf").write_bytes(b"no PDF")
        assert "cannot be read" in say(propose_set, tmp_path / "c.pdf", *told)
