"""Rows of an export against a second way from the votes to them, which shares no code with it."""

import hashlib
import json
import re

import pytest
from sqlalchemy import text

from service.formats.exports import kinds, manifest, writing
from service.formats.exports.policy import Policy, Split
from service.usecases.sighted.results import fold
from service.usecases.sighted.studies import exports
from tests import factories
from tests.usecases.sighted.results import rated

SHARE = 0.3
NAMES = ("Plain", "Retrieval", "Tuned")


@pytest.fixture
def study(session):
    """A study of 24 prompts that three people judged."""
    study = factories.make_study(
        session,
        configurations=NAMES,
        prompts=24,
        votes_per_matchup=3,
        # Equal prompts but for case and punctuation, and two configurations that sometimes agree.
        prompt_text=lambda number: f"Question {number // 2}" + ("?" if number % 2 else " ?!"),
        text=lambda name, number: "We are sorry." if (number + len(name)) % 5 == 0 else name * 3,
    )
    for name, liked in (("Ben", "Retrieval"), ("Cleo", "Retrieval"), ("Dan", "Tuned")):
        rated.vote(session, study, name, prefers=liked)
    fold.fold(session, study.id)
    return study


def recomputed(session):
    """Return (prompt, chosen, rejected) by part, from the tables by SQL and plain Python."""
    found = session.execute(
        text(
            "SELECT p.turns, c.turns, d.turns, v.choice, a.first_is_left FROM vote v "
            "JOIN assignment a ON a.id = v.assignment_id JOIN prompt p ON p.id = a.prompt_id "
            "JOIN completion c ON c.id = a.first_completion_id "
            "JOIN completion d ON d.id = a.second_completion_id "
            "WHERE v.id = (SELECT max(w.id) FROM vote w WHERE w.assignment_id = a.id)"
        )
    ).all()
    leads = {}
    for *turns, choice, is_first_left in found:
        asked, first, second = (
            (json.loads(each) if isinstance(each, str) else each)[0] for each in turns
        )
        left, right = (first, second) if is_first_left else (second, first)
        better = {"left": left, "right": right}.get(choice.removesuffix("_much"))
        key = asked, frozenset((first, second))
        leads.setdefault(key, {first: 0, second: 0})
        if better is not None:
            leads[key][better] += 1
    rows = {"train": set(), "test": set()}
    for (asked, texts), wins in leads.items():
        if len(texts) == 1:
            continue
        worse, better = sorted(texts, key=wins.get)
        if wins[better] > wins[worse]:
            rows[part_of(asked)].add((asked, better, worse))
    return rows


def part_of(asked):
    words = " ".join(re.findall(r"\w+", asked.casefold()))
    key = hashlib.sha256(words.encode()).hexdigest()
    drawn = int(hashlib.sha256(b"evenhand-1\0" + key.encode()).hexdigest()[:8], 16) / 2**32
    return "test" if drawn < SHARE else "train"


class TestRows:
    def test_are_the_same_set_in_the_same_direction_and_files(self, session, study, tmp_path):
        told = writing.write(
            tmp_path,
            exports.of_study(session, study.name, b"key"),
            kinds.by_name("trl-dpo"),
            manifest.About(study.name, "0"),
            Policy(),
            Split(SHARE),
        )
        wanted = recomputed(session)
        for part in ("train", "test"):
            written = (tmp_path / f"{part}.jsonl").read_text("ascii")
            rows = [json.loads(line) for line in written.splitlines()]
            made = {
                tuple(row[column][0]["content"] for column in ("prompt", "chosen", "rejected"))
                for row in rows
            }
            assert made == wanted[part]
            assert len(rows) == len(made) > 3
        asked = [{row[0].casefold().strip(" ?!") for row in rows} for rows in wanted.values()]
        assert not asked[0] & asked[1]
        assert told["rows_out"] == sum(map(len, wanted.values()))
