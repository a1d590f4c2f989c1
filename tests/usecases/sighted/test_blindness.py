import json
import random
import secrets
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from service.domain.sitting import GoldTexts, SittingOptions
from service.store import models
from service.usecases.blind import assignments, flags, hunches, skips, votes
from service.usecases.sighted import blindness, completions, gold_shelves, leaderboards
from tests import factories
from tests.factories import later
from tests.usecases.sighted.test_ratings import board

LABELS = {"Ant": "Plain", "Bee": "Retrieval", "Cat": "Tuned"}
NAMES = ("Plain", "Retrieval", "Tuned")
LEASE = timedelta(minutes=30)


def made(session, **options):
    study = factories.make_study(
        session, configurations=NAMES, prompts=4, options={"repeats": 0, "practice": [], **options}
    )
    noise = factories.make_study(session, "noise")
    told(session, noise, factories.make_rater(session, noise), "Plain", "Plain", "same", 30)
    return study


def told(session, study, rater, first, second, answer, number=1):
    """Keep answers about texts of these configurations; without a second, guesses of a label."""
    of = {}
    for row in session.scalars(select(models.Completion).filter_by(study_id=study.id)):
        of.setdefault(row.configuration_id, row.id)
    session.add_all(
        models.Hunch(
            token=secrets.token_urlsafe(16),
            rater_id=rater,
            kind="label" if second is None else "same_author",
            first_completion_id=of[study.configurations[first]],
            second_completion_id=None if second is None else of[study.configurations[second]],
            answer=answer,
            created_at=later(1),
            answered_at=later(1),
        )
        for _ in range(number)
    )
    session.flush()


def check(session, study):
    found = blindness.compute(blindness.load(session, session.get_one(models.Study, study.id)))
    assert json.dumps(found, allow_nan=False)
    return found


class TestAuthors:
    def test_are_not_told_where_answers_are_as_guessing(self, session):
        study = made(session)
        ben = factories.make_rater(session, study)
        for first, second, said, number in (
            ("Plain", "Plain", "same", 6), ("Tuned", "Tuned", "different", 6),
            ("Plain", "Tuned", "same", 6), ("Plain", "Retrieval", "different", 6),
            ("Plain", "Tuned", "unsure", 3),
        ):  # fmt: skip
            told(session, study, ben, first, second, said, number)
        found = check(session, study)
        assert found["state"] == "as_guessing"
        assert " ".join(found["sentences"]) == (
            "Raters could not tell who wrote what: 12 of 24 answers were right, as guessing "
            "would be. So few answers show a plain style; a faint one could go unnoticed. "
            "Nobody flagged “I can tell who wrote this”."
        )
        told_of = found["authors"]
        assert (told_of["right"], told_of["number"], told_of["unsure"]) == (12, 24, 3)
        assert told_of["low"] < told_of["recognised"] == 0 < told_of["high"]
        plain, retrieval, tuned = told_of["by_configuration"]
        assert (plain["answers"], plain["recognised"]) == (18, 0.5)
        assert (retrieval["answers"], retrieval["recognised"]) == (6, None)
        assert tuned["recognised"] == -1.0

    def test_that_may_be_luck_are_called_so(self, session):
        study = made(session)
        ben = factories.make_rater(session, study)
        for said, first, number in (("same", 24, 18), ("different", 18, 24)):
            told(session, study, ben, "Plain", "Plain", said, first)
            told(session, study, ben, "Plain", "Tuned", said, number)
        found = check(session, study)
        assert found["state"] == "as_guessing"
        assert found["sentences"] == [
            (
                "There is no sign that raters could tell who wrote what: 48 of 84 answers were "
                "right, where guessing gives 42; that may be luck."
            ),
            "Nobody flagged “I can tell who wrote this”.",
        ]

    def test_put_blindness_in_doubt_where_they_are_told(self, session):
        study = made(session)
        ben = factories.make_rater(session, study)
        told(session, study, ben, "Plain", "Plain", "same", 10)
        told(session, study, ben, "Plain", "Tuned", "different", 8)
        told(session, study, ben, "Plain", "Tuned", "same", 2)
        found = check(session, study)
        assert found["state"] == "in_doubt"
        assert found["sentences"][0] == (
            "Blindness is in doubt: 18 of 20 answers about authors were right, where guessing "
            "gives 10."
        )

    def test_are_too_few_to_say(self, session):
        study = made(session)
        told(session, study, factories.make_rater(session, study), "Plain", "Plain", "same", 3)
        found = check(session, study)
        assert found["state"] == "too_few"
        assert "3 of 3 answers were right" in found["sentences"][0]

    @pytest.mark.parametrize(
        ("asks", "state", "words"),
        [(True, "no_answers", "nobody has answered"), (False, "not_asked", "does not ask")],
    )
    def test_say_so_where_there_is_no_answer(self, session, asks, state, words):
        found = check(session, made(session, asks_authors=asks))
        assert found["state"] == state
        assert words in found["sentences"][0]
        assert found["authors"] is None

    @pytest.mark.parametrize("counts", [False, True])
    def test_of_people_who_had_seen_results_count_as_their_votes_do(self, session, counts):
        study = made(session)
        ben = factories.make_rater(session, study)
        told(session, study, ben, "Plain", "Plain", "same", 3)
        session.execute(update(models.Rater).where(models.Rater.id == ben).values(is_sighted=True))
        session.get_one(models.Study, study.id).counts_sighted = counts
        assert (check(session, study)["authors"] is not None) is counts


class TestLabels:
    def test_are_compared_with_what_the_same_habits_would_give(self, session):
        study = made(session, labels=LABELS)
        ben = factories.make_rater(session, study)
        for name in NAMES:
            told(session, study, ben, name, None, "Bee", 8)
        told(session, study, ben, "Tuned", None, "unsure", 2)
        found = check(session, study)
        assert found["state"] == "as_guessing"
        guessed = found["labels"]
        assert (guessed["right"], guessed["number"], guessed["unsure"]) == (8, 24, 2)
        assert guessed["expected"] == pytest.approx(8)
        assert [row["bang"] for row in guessed["by_configuration"]] == [-0.5, 1.0, -0.4]

    def test_that_are_known_put_blindness_in_doubt(self, session):
        study = made(session, labels=LABELS)
        ben = factories.make_rater(session, study)
        for label, name in LABELS.items():
            told(session, study, ben, name, None, label, 6)
        found = check(session, study)
        assert found["state"] == "in_doubt"
        assert "18 of 18 guessed labels were right, where guessing gives 6" in found["sentences"][0]

    def test_of_one_or_of_nobody_are_no_choice(self, session):
        study = made(session, labels={"Ant": "Plain", "Emu": "Plain", "Ghost": "Nobody"})
        ben = factories.make_rater(session, study)
        told(session, study, ben, "Retrieval", None, "Ant", 2)
        assert check(session, study)["labels"] is None


class TestFlags:
    def test_are_told_per_configuration(self, session):
        study = made(session)
        ben = factories.make_rater(session, study)
        plain = study.configurations["Plain"]
        of_plain = 0
        for number in range(6):
            token = assignments.deal(session, ben, later(1), random.Random(number), LEASE, 1)[0]
            row = session.scalars(
                select(models.Assignment).where(models.Assignment.token == token.token)
            ).one()
            of_plain += plain in (row.first_configuration_id, row.second_configuration_id)
            if number < 2:
                flags.flag(session, ben, token.token, "knows_source", "", later(1))
                flags.flag(session, ben, token.token, "knows_source", "again", later(1))
            else:
                flags.flag(session, ben, token.token, "broken", "", later(1))
            votes.cast(session, ben, token.token, "left", f"k{number}", later(1))
        found = check(session, study)
        assert found["sentences"][1] == (
            "“I can tell who wrote this” was flagged on 2 of 6 matchups."
        )
        rows = {row["configuration"]: row for row in found["flags"]["by_configuration"]}
        assert rows["Plain"]["of"] == of_plain
        assert sum(row["flags"] for row in rows.values()) == 4
        assert found["state"] == "no_answers"

    def test_on_gold_are_not_about_what_competes(self, session):
        texts = (GoldTexts("Which?", "A good text.", "A bad text."),)
        options = SittingOptions(repeats=0, practice=(), gold=texts)
        study = factories.make_study(session, prompts=2, options=options.to_stored())
        gold_shelves.fill(session, session.get_one(models.Study, study.id), texts, later(0))
        ben = factories.make_rater(session, study)
        while dealt := assignments.deal(session, ben, later(1), random.Random(1), LEASE, 1):
            token = dealt[0].token
            if "text" in dealt[0].left_turns[0]:
                flags.flag(session, ben, token, "knows_source", "", later(1))
            votes.cast(session, ben, token, "left", f"k-{token}", later(1))
        assert check(session, study)["flags"]["flags"] == 0

    def test_put_blindness_in_doubt_where_they_are_many(self, session):
        study = made(session)
        ben = factories.make_rater(session, study)
        for number in range(3):
            token = assignments.deal(session, ben, later(1), random.Random(number), LEASE, 1)[0]
            flags.flag(session, ben, token.token, "knows_source", "", later(1))
            skips.leave_out(session, ben, token.token, token.token, later(1))
        found = check(session, study)
        assert found["state"] == "in_doubt"
        assert "many matchups were flagged" in found["sentences"][0]


class TestLeaderboard:
    def test_is_made_again_after_an_answer_and_after_a_flag(self, session):
        study = made(session)
        ben = factories.make_rater(session, study)
        token = assignments.deal(session, ben, later(1), random.Random(1), LEASE, 1)[0].token
        flags.flag(session, ben, token, "knows_source", "", later(1))
        assert study.id in completions.due(session, later(1)).dirty_studies
        votes.cast(session, ben, token, "left", "k", later(1))
        assert board(session, study)["blinding"]["flags"]["flags"] == 1
        votes.finish(session, ben, later(2))
        card = hunches.next_question(session, ben, later(2), random.Random(1))
        assert study.id not in completions.due(session, later(2)).dirty_studies
        hunches.answer(session, ben, card.token, "same", later(3))
        assert study.id in completions.due(session, later(3)).dirty_studies
        assert board(session, study)["blinding"]["authors"]["number"] == 1
        kept = leaderboards.latest(session, study.name).content
        assert kept["blinding"]["state"] == "too_few"
