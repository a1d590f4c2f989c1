import json
import random
import re
import secrets
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from service.domain.records import to_plain
from service.domain.sitting import GoldTexts, SittingOptions
from service.reporting.blindness import sentences
from service.reporting.words import ENGLISH
from service.store import models
from service.store.flags import Seen
from service.usecases.blind import closing_questions, flags, progress, voting
from service.usecases.sighted.results import blindness, read
from service.usecases.sighted.results.blindness import BlindnessBasis
from service.usecases.sighted.studies import exclusions, shelving
from tests import factories
from tests.factories import later
from tests.usecases.sighted.results import rated

LABELS = {"Ant": "Plain", "Bee": "Retrieval", "Cat": "Tuned"}
NAMES = ("Plain", "Retrieval", "Tuned")
LEASE = timedelta(minutes=30)


def made(session, **options):
    study = factories.make_study(
        session, configurations=NAMES, prompts=24, options={"repeats": 0, "practice": [], **options}
    )
    noise = factories.make_study(session, "noise")
    told(session, noise, factories.make_rater(session, noise), "Plain", "Plain", "same", 30)
    return study


def told(session, study, rater, first, second, answer, number=1):
    """Keep answers about texts of these configurations; without a second, guesses of a label."""
    of = {}
    for row in session.scalars(
        select(models.Completion).filter_by(study_id=study.id).order_by(models.Completion.id)
    ):
        of.setdefault(row.configuration_id, []).append(row.id)
    # Prompt after prompt, the two of one question for different ones.
    one = of[study.configurations[first]]
    other = None if second is None else of[study.configurations[second]]
    session.add_all(
        models.ClosingAnswer(
            token=secrets.token_urlsafe(16),
            rater_id=rater,
            kind="label" if second is None else "same_author",
            first_completion_id=one[at % len(one)],
            second_completion_id=None if other is None else other[(at + 1) % len(one)],
            answer=answer,
            created_at=later(1),
            answered_at=later(1),
        )
        for at in range(number)
    )
    session.flush()


def drawn(session, study, rater, number, say, seed=1):
    """Keep answers about pairs that regard no author, as a study draws them."""
    rows = session.scalars(
        select(models.Completion).filter_by(study_id=study.id).order_by(models.Completion.id)
    ).all()
    named = {identity: name for name, identity in study.configurations.items()}
    rng = random.Random(seed)
    asked = 0
    while asked < number:
        one, other = rng.sample(rows, 2)
        if one.prompt_id == other.prompt_id:
            continue
        asked += 1
        session.add(
            models.ClosingAnswer(
                token=secrets.token_urlsafe(16),
                rater_id=rater,
                kind="same_author",
                first_completion_id=one.id,
                second_completion_id=other.id,
                answer=say(named[one.configuration_id], named[other.configuration_id]),
                created_at=later(1),
                answered_at=later(1),
            )
        )
        session.flush()


def knows_author(one, other):
    return "same" if one == other else "different"


def check(session, study):
    found = blindness.compute(blindness.load(session, session.get_one(models.Study, study.id)))
    assert json.dumps(to_plain(found), allow_nan=False)
    return found


def read_out(found):
    return sentences(found, ENGLISH)


class TestAuthors:
    def test_are_not_told_where_answers_are_as_guessing(self, session):
        study = made(session)
        ben = factories.make_rater(session, study)
        for first, second, said, number in (
            ("Plain", "Plain", "same", 3), ("Plain", "Plain", "different", 3),
            ("Tuned", "Tuned", "same", 2), ("Tuned", "Tuned", "different", 2),
            ("Plain", "Tuned", "same", 5), ("Plain", "Retrieval", "different", 6),
            ("Plain", "Tuned", "unsure", 3),
        ):  # fmt: skip
            told(session, study, ben, first, second, said, number)
        found = check(session, study)
        assert found.state == "no_sign"
        assert read_out(found) == [
            (
                "There is no clear sign that raters could tell who wrote what: 10 of the first 20 "
                "answers about authors were right, where guessing gives 10."
            ),
            "So few answers show a plain style; a faint one could go unnoticed.",
            "The next look is at 40 answers about authors; there are 21.",
            "Nobody whose votes count flagged “I can tell who wrote this”.",
        ]
        told_of = found.authors
        assert (told_of.right, told_of.number, told_of.unsure) == (11, 21, 3)
        assert [look.answers for look in told_of.looks] == [20]
        assert told_of.low < told_of.recognised < told_of.high
        plain, retrieval, tuned = told_of.by_configuration
        assert (plain.answers, plain.recognised) == (17, pytest.approx(1 / 22))
        assert (retrieval.answers, retrieval.recognised) == (6, None)
        assert tuned.recognised == -0.5

    def test_that_may_be_luck_are_no_sign(self, session):
        study = made(session)
        ben = factories.make_rater(session, study)
        chance = random.Random(4)
        drawn(session, study, ben, 165, lambda *_: chance.choice(["same", "different"]))
        found = check(session, study)
        assert found.state == "no_sign"
        told_of = re.search(
            r"(\d+) of the first 160 answers about authors were right, where guessing gives (\d+); "
            r"that may be luck\.",
            read_out(found)[0],
        )
        assert 0 < int(told_of[1]) - int(told_of[2]) < 16
        assert not any("faint" in sentence for sentence in read_out(found))

    def test_always_wrong_are_told_apart_all_the_same(self, session):
        study = made(session)
        ben = factories.make_rater(session, study)
        wrong = {"same": "different", "different": "same"}
        drawn(session, study, ben, 40, lambda *pair: wrong[knows_author(*pair)])
        found = check(session, study)
        assert found.state == "in_doubt"
        assert re.fullmatch(
            r"Blindness is in doubt: raters told texts apart, but took them for the wrong ones: "
            r"0 of 40 answers about authors were right, where guessing gives 1\d\.",
            read_out(found)[0],
        )

    def test_stay_in_doubt_when_more_come(self, session):
        study = made(session)
        ben = factories.make_rater(session, study)
        drawn(session, study, ben, 20, knows_author)
        wrong = {"same": "different", "different": "same"}
        drawn(session, study, ben, 25, lambda *pair: wrong[knows_author(*pair)], seed=2)
        found = check(session, study)
        assert "20 of the first 20 answers about authors were right" in read_out(found)[0]

    def test_put_blindness_in_doubt_where_they_are_told(self, session):
        study = made(session)
        ben = factories.make_rater(session, study)
        answers = iter(range(20))
        drawn(
            session, study, ben, 20,
            lambda *pair: "same" if next(answers) in {3, 11} else knows_author(*pair),
        )  # fmt: skip
        found = check(session, study)
        assert found.state == "in_doubt"
        assert re.fullmatch(
            r"Blindness is in doubt: (18|19|20) of 20 answers about authors were right, where "
            r"guessing gives 1\d\.",
            read_out(found)[0],
        )

    def test_about_few_prompts_speak_for_these_texts(self, session):
        study = factories.make_study(
            session, configurations=("Plain", "Tuned"), prompts=3, options={"repeats": 0}
        )
        ben = factories.make_rater(session, study)
        drawn(session, study, ben, 20, knows_author)
        found = check(session, study)
        assert "With so few prompts this speaks for these texts only." in read_out(found)

    def test_of_who_was_left_out_do_not_count(self, session):
        study = made(session, asks_authors=True)
        ben = factories.make_rater(session, study)
        token = factories.deal(session, ben, later(1), random.Random(1), LEASE, 1)[0].token
        flags.flag(session, ben, token, "knows_source", "", later(1))
        voting.cast(session, ben, token, "left", "k", later(1))
        told(session, study, ben, "Plain", "Plain", "same", 3)
        assert check(session, study).authors.number == 3
        pseudonym = session.get_one(models.Rater, ben).pseudonym
        exclusions.exclude(session, study.name, pseudonym, "knew the models", later(2))
        found = check(session, study)
        assert (found.authors, found.flags.flags) == (None, 0)
        exclusions.lift(session, study.name, pseudonym, later(3))
        assert check(session, study).flags.flags == 1

    def test_of_one_among_many_name_it(self, session):
        study = made(session)
        ben = factories.make_rater(session, study)
        chance = random.Random(4)

        def say(*pair):
            return knows_author(*pair) if "Plain" in pair else chance.choice(["same", "different"])

        drawn(session, study, ben, 320, say)
        found = check(session, study)
        assert found.state == "in_doubt"
        assert "Plain" in [look.configuration for look in found.authors.looks]

    def test_are_too_few_to_say(self, session):
        study = made(session)
        told(session, study, factories.make_rater(session, study), "Plain", "Plain", "same", 3)
        found = check(session, study)
        assert found.state == "too_few"
        assert "3 of 3 answers were right, and it takes 20." in read_out(found)[0]

    @pytest.mark.parametrize(
        ("asks", "state", "words"),
        [(True, "no_answers", "nobody has answered"), (False, "not_asked", "does not ask")],
    )
    def test_say_so_where_there_is_no_answer(self, session, asks, state, words):
        found = check(session, made(session, asks_authors=asks))
        assert found.state == state
        assert words in read_out(found)[0]
        assert found.authors is None

    def test_that_nobody_ventured_are_told_as_such(self, session):
        study = made(session, asks_authors=True)
        told(session, study, factories.make_rater(session, study), "Plain", "Plain", "unsure", 3)
        found = check(session, study)
        assert found.state == "too_few"
        assert "3 of 3 answers were “not sure”" in read_out(found)[0]

    def test_are_not_asked_for_where_there_is_one_prompt(self, session):
        found = check(session, factories.make_study(session, prompts=1))
        assert found.state == "not_asked"
        assert "takes texts for two prompts" in read_out(found)[0]

    @pytest.mark.parametrize("counts", [False, True])
    def test_of_people_who_had_seen_results_count_as_their_votes_do(self, session, counts):
        study = made(session)
        ben = factories.make_rater(session, study)
        told(session, study, ben, "Plain", "Plain", "same", 3)
        session.execute(update(models.Rater).where(models.Rater.id == ben).values(is_sighted=True))
        session.get_one(models.Study, study.id).counts_sighted = counts
        assert (check(session, study).authors is not None) is counts


class TestLabels:
    def test_are_compared_with_what_the_same_habits_would_give(self, session):
        study = made(session, labels=LABELS)
        ben = factories.make_rater(session, study)
        for name in NAMES:
            told(session, study, ben, name, None, "Bee", 8)
        told(session, study, ben, "Tuned", None, "unsure", 2)
        found = check(session, study)
        assert found.state == "no_sign"
        guessed = found.labels
        assert (guessed.right, guessed.number, guessed.unsure) == (8, 24, 2)
        assert guessed.expected == pytest.approx(8)
        rows = guessed.by_configuration
        assert [(row.right, row.expected) for row in rows] == [(0, 0.0), (8, 8.0), (0, 0.0)]
        assert [row.recognised for row in rows] == [0.0, 0.0, 0.0]
        assert rows[2].unsure == 2

    def test_are_judged_by_their_own_number(self, session):
        study = made(session, labels=LABELS, asks_authors=True)
        ben = factories.make_rater(session, study)
        for said in ("same", "different") * 40:
            told(session, study, ben, "Plain", "Plain", said)
            told(session, study, ben, "Plain", "Tuned", said)
        told(session, study, ben, "Plain", None, "Ant", 3)
        told_of = read_out(check(session, study))
        assert "80 of 160 answers about authors were right" in told_of[0]
        assert "3 of 3 guessed labels were right, too few to say more." in told_of

    def test_that_are_known_put_blindness_in_doubt(self, session):
        study = made(session, labels=LABELS)
        ben = factories.make_rater(session, study)
        for label, name in LABELS.items():
            told(session, study, ben, name, None, label, 8)
        found = check(session, study)
        assert found.state == "in_doubt"
        assert (
            "20 of the first 20 guessed labels were right, where guessing gives 7"
            in read_out(found)[0]
        )

    def test_of_one_or_of_nobody_are_no_choice(self, session):
        study = made(session, labels={"Ant": "Plain", "Emu": "Plain", "Ghost": "Nobody"})
        ben = factories.make_rater(session, study)
        told(session, study, ben, "Retrieval", None, "Ant", 2)
        assert check(session, study).labels is None


class TestFlags:
    def test_are_told_per_configuration(self, session):
        study = made(session)
        ben = factories.make_rater(session, study)
        plain = study.configurations["Plain"]
        of_plain = 0
        for number in range(6):
            token = factories.deal(session, ben, later(1), random.Random(number), LEASE, 1)[0]
            row = session.scalars(
                select(models.Assignment).where(models.Assignment.token == token.token)
            ).one()
            of_plain += plain in (row.first_configuration_id, row.second_configuration_id)
            if number < 2:
                flags.flag(session, ben, token.token, "knows_source", "", later(1))
                flags.flag(session, ben, token.token, "knows_source", "again", later(1))
            else:
                flags.flag(session, ben, token.token, "broken", "", later(1))
            voting.cast(session, ben, token.token, "left", f"k{number}", later(1))
        found = check(session, study)
        assert read_out(found)[1] == ("“I can tell who wrote this” was flagged on 2 of 6 matchups.")
        rows = {row.configuration: row for row in found.flags.by_configuration}
        assert rows["Plain"].of == of_plain
        assert sum(row.flags for row in rows.values()) == 4
        assert found.state == "no_answers"

    def test_on_gold_are_not_about_what_competes(self, session):
        texts = (GoldTexts("Which?", "A good text.", "A bad text."),)
        options = SittingOptions(repeats=0, practice=(), gold=texts)
        study = factories.make_study(session, prompts=2, options=options.to_stored())
        shelving.fill(session, session.get_one(models.Study, study.id), texts, later(0))
        ben = factories.make_rater(session, study)
        while dealt := factories.deal(session, ben, later(1), random.Random(1), LEASE, 1):
            token = dealt[0].token
            if "text" in dealt[0].left_turns[0]:
                flags.flag(session, ben, token, "knows_source", "", later(1))
            voting.cast(session, ben, token, "left", f"k-{token}", later(1))
        assert check(session, study).flags.flags == 0

    def test_put_blindness_in_doubt_where_they_are_many(self, session):
        study = made(session)
        ben = factories.make_rater(session, study)
        for number in range(3):
            token = factories.deal(session, ben, later(1), random.Random(number), LEASE, 1)[0]
            flags.flag(session, ben, token.token, "knows_source", "", later(1))
            voting.skip(session, ben, token.token, token.token, later(1))
        found = check(session, study)
        assert found.state == "in_doubt"
        assert "many matchups were flagged (3 of 3)" in read_out(found)[0]

    def test_put_blindness_in_doubt_where_they_are_many_of_one(self):
        names = {at: f"c{at}" for at in range(1, 11)}
        others = [
            Seen(at, to, is_flagged=False, number=10)
            for at in range(3, 11)
            for to in range(at + 1, 11)
        ]
        checks = []
        for flagged in (9, 3):
            of_one = [Seen(1, 2, it, flagged if it else 18 - flagged) for it in (True, False)]
            basis = BlindnessBasis(
                asks_authors=True, labels={}, plain_names=names, names=names,
                answers=(), texts=(), seen=[*of_one, *others],
            )  # fmt: skip
            checks.append(blindness.compute(basis))
        assert [one.state for one in checks] == ["in_doubt", "no_answers"]
        assert "c1 was flagged on 9 of its 18 matchups" in read_out(checks[0])[0]

    def test_that_are_none_are_of_nothing_that_was_counted(self, session):
        assert check(session, made(session)).flags.of is None


class TestLeaderboard:
    def test_is_made_again_after_an_answer_and_after_a_flag(self, session):
        study = made(session)
        ben = factories.make_rater(session, study)
        token = factories.deal(session, ben, later(1), random.Random(1), LEASE, 1)[0].token
        flags.flag(session, ben, token, "knows_source", "", later(1))
        assert study.id in read.overdue(session, later(1))
        voting.cast(session, ben, token, "left", "k", later(1))
        assert rated.board(session, study).blinding.flags.flags == 1
        for number in range(9):
            token = factories.deal(session, ben, later(1), random.Random(1), LEASE, 1)[0].token
            voting.cast(session, ben, token, "left", f"k{number}", later(1))
        rated.board(session, study)
        progress.finish(session, ben, later(2))
        card = closing_questions.next_question(session, ben, later(2), random.Random(1))
        assert study.id not in read.overdue(session, later(2))
        closing_questions.answer(session, ben, card.token, "same", later(3))
        assert study.id in read.overdue(session, later(3))
        assert rated.board(session, study).blinding.authors.number == 1
        kept = read.latest(session, study.name).board
        assert kept.blinding.state == "too_few"
