import random
from collections import Counter
from types import SimpleNamespace

import pytest
from sqlalchemy import select

from service.blinding import sides
from service.database import now
from service.domain.assignment import AssignmentState
from service.domain.vote import Choice
from service.formats.exports import policy
from service.formats.exports.policy import Policy
from service.formats.exports.record import Message
from service.formats.votes import VoteRow
from service.store import models
from service.usecases.sighted.results import fold
from service.usecases.sighted.results.witnesses import UnknownConfiguration
from service.usecases.sighted.studies import exports, imports, vote_imports
from tests import factories
from tests.factories import later
from tests.usecases.sighted.results import rated

KEY = b"key"


def gathered(session, study):
    fold.fold(session, study.id)
    return list(exports.of_study(session, study.name, KEY))


class TestOfStudy:
    def test_says_what_an_independent_count_of_the_votes_says(self, session):
        study = factories.make_study(
            session, configurations=["Plain", "Retrieval", "Tuned"], prompts=4, votes_per_matchup=3
        )
        for number, name in enumerate(("Ben", "Cleo", "Dan")):
            rated.vote(session, study, name, prefers=("Retrieval", "Tuned", "Plain")[number])
        wanted: dict[tuple[str, frozenset[str]], Counter[str]] = {}
        texts = {row.id: row.turns[0] for row in session.scalars(select(models.Completion))}
        asked = {row.id: row.turns[0] for row in session.scalars(select(models.Prompt))}
        for vote in session.scalars(select(models.Vote)):
            dealt = session.get(models.Assignment, vote.assignment_id)
            pair = texts[dealt.first_completion_id], texts[dealt.second_completion_id]
            outcome = sides.unblind(Choice(vote.choice), dealt.sides)
            winner = {1: pair[0], -1: pair[1], 0: "neither"}[outcome.sign]
            wanted.setdefault((asked[dealt.prompt_id], frozenset(pair)), Counter())[winner] += 1

        found = gathered(session, study)
        assert len(found) == len(wanted) == 12
        for one in found:
            counts = policy.keep(one, Policy()).counts
            mine = wanted[one.prompt[0].content, frozenset((one.first, one.second))]
            assert counts == (mine[one.first], mine[one.second], 0, mine["neither"])
            assert one.first.startswith(one.first_configurations[0])
            assert len({vote.rater for vote in one.votes}) == 3
        assert [one.pair_id for one in found] == [
            one.pair_id for one in exports.of_study(session, study.name, KEY)
        ]

    def test_takes_equal_texts_of_several_completions_together(self, session):
        study = factories.make_study(
            session,
            configurations=["Plain", "Copy", "Retrieval"],
            prompts=1,
            text=lambda name, _: "Same." if name in {"Plain", "Copy"} else "Other.",
        )
        rated.vote(session, study)
        (one,) = [each for each in gathered(session, study) if each.first != each.second]
        names = {one.first: one.first_configurations, one.second: one.second_configurations}
        assert names == {"Same.": ("Copy", "Plain"), "Other.": ("Retrieval",)}
        assert len(one.votes) == 2
        assert policy.keep(one, Policy()).chosen == "Other."

    def test_leaves_open_assignments_out(self, session):
        study = factories.make_study(session, prompts=3)
        ben = factories.make_rater(session, study)
        factories.deal(session, ben, later(0), random.Random(1), rated.LEASE, 2)

        assert gathered(session, study) == []
        states = session.scalars(select(models.Assignment.state)).all()
        assert states == [AssignmentState.DEALT] * 2

    def test_names_raters_by_a_keyed_hash_alone(self, session):
        study = factories.make_study(session)
        rated.vote(session, study)
        (rater,) = {vote.rater for one in gathered(session, study) for vote in one.votes}
        other = next(iter(exports.of_study(session, study.name, b"other"))).votes[0].rater
        assert len(rater) == len(other) == 12
        assert rater != other
        pseudonyms = session.scalars(select(models.Rater.pseudonym)).all()
        assert rater not in pseudonyms

    def test_marks_votes_of_those_who_flagged(self, session):
        study = factories.make_study(session, prompts=2)
        rated.vote(session, study)
        dealt = session.scalars(select(models.Assignment)).first()
        flag = models.Flag(
            assignment_id=dealt.id, kind="broken", note="", withdraws=False, created_at=later(1)
        )
        session.add(flag)
        session.flush()
        found = gathered(session, study)
        assert sorted(vote.is_flagged for one in found for vote in one.votes) == [False, True]
        session.scalars(select(models.Flag)).one().lifted_at = later(2)
        session.flush()
        assert not any(vote.is_flagged for one in gathered(session, study) for vote in one.votes)


def told_prompt(**changed):
    given = {"turns": ["Why?"], "context": "", "variables": {}}
    return SimpleNamespace(**{**given, **changed})


class TestConversation:
    def test_stands_context_and_variables_before_the_first_message(self):
        told = told_prompt(context="Read.", variables={"b": 2, "a": "x"})
        assert exports.conversation(told, ("So.",)) == (
            Message("user", "Read.\n\na: x\nb: 2\n\nWhy?"),
        )

    def test_tells_prompts_apart_that_differ_in_their_variables_alone(self):
        made = {exports.conversation(told_prompt(variables={"n": n}), ()) for n in range(60)}
        assert len(made) == 60

    def test_holds_the_answers_that_the_last_one_follows(self):
        told = told_prompt(turns=["Why?", "And then?"])
        assert exports.conversation(told, ("So.", "Thus.")) == (
            Message("user", "Why?"),
            Message("assistant", "So."),
            Message("user", "And then?"),
        )


class TestConversations:
    @pytest.mark.parametrize(("turn", "turns"), [(1, 1), (2, 2), (None, 2)])
    def test_a_vote_that_a_file_gives_for_one_turn_is_about_that_turn(self, session, turn, turns):
        study = factories.make_study(session, prompts=1)
        session.scalars(select(models.Prompt)).one().turns = ["Hello.", "And now?"]
        for row in session.scalars(select(models.Completion)):
            name = session.get(models.Configuration, row.configuration_id).name
            row.turns = [f"{name} greets.", f"{name} goes on."]
        moment = now(session)
        told = VoteRow(1, "k-1", "p0", True, "Plain", "Retrieval", Choice.RIGHT, turn=turn)  # noqa: FBT003
        to = imports.target(session, study.name)
        knows = vote_imports.ballot(session, to, vote_imports.digests([told]))
        ready = vote_imports.prepare(session, knows, [told], moment)
        vote_imports.import_votes(session, knows, ready, moment)
        (one,) = gathered(session, study)
        kept = policy.keep(one, Policy())
        assert (one.turns, len(one.prompt)) == (turns, 2 * turns - 1)
        assert kept.dropped == ("" if turns == 1 else "history_differs")
        assert kept.chosen == f"Retrieval {'greets' if turns == 1 else 'goes on'}."

    @pytest.mark.parametrize(
        ("second", "dropped", "history"),
        [(["Hi.", "Other."], "", 3), (["Ho.", "Other."], "history_differs", 3)],
    )
    def test_become_pairs_only_where_the_history_is_shared(self, session, second, dropped, history):
        study = factories.make_study(session, prompts=1)
        session.scalars(select(models.Prompt)).one().turns = ["Hello.", "And now?"]
        for row in session.scalars(select(models.Completion)):
            name = session.get(models.Configuration, row.configuration_id).name
            row.turns = second if name == "Plain" else ["Hi.", "Best."]
        rated.vote(session, study)
        (one,) = gathered(session, study)
        kept = policy.keep(one, Policy())
        assert (kept.dropped, len(one.prompt), one.turns) == (dropped, history, 2)
        assert {one.first, one.second} == {"Best.", "Other."}
        assert kept.chosen == "Best."


class TestMarks:
    def test_holds_grades_and_leads_of_what_each_text_got(self, session):
        study = rated.made(session)
        rated.mark(session, factories.make_rater(session, study))
        found = gathered(session, study)
        assert len(found) == 6
        for one in found:
            is_first = one.first_configurations == ("Retrieval",)
            assert one.grades == ((5.0, 2.0) if is_first else (2.0, 5.0))
            assert one.leads == {"Kind": 1.0 if is_first else -1.0, "<b>Right</b>": 0.0}

    def test_of_grades_alone_give_labels(self, session):
        options = rated.OPTIONS.__class__(
            **{**rated.OPTIONS.__dict__, "grades": "only", "criteria": (), "repeats": 0}
        )
        study = rated.made(session, options)
        rated.mark(session, factories.make_rater(session, study))
        found = gathered(session, study)
        assert len(found) == 6
        for one in found:
            kept = policy.keep(one, Policy())
            assert kept.dropped == "no_votes"
            labels = dict(
                zip(
                    (one.first_configurations[0], one.second_configurations[0]),
                    kept.labels(Policy()),
                    strict=True,
                )
            )
            assert labels == {"Retrieval": True, "Plain": False}


class TestCheckNames:
    def test_names_those_that_there_are(self, session):
        study = factories.make_study(session)
        exports.check_names(session, study.name, ["Plain"])
        with pytest.raises(UnknownConfiguration, match="There are: Plain, Retrieval"):
            exports.check_names(session, study.name, ["Plane"])
        assert list(exports.fingerprints(session, study.name)) == [
            "Plain (revision 1)",
            "Retrieval (revision 1)",
        ]
