from dataclasses import replace
from datetime import timedelta

from sqlalchemy import select

from service.domain.vote import MODELS_VERDICT, Choice
from service.formats.rows import RowError
from service.formats.votes import VoteRow
from service.store import leaderboards, models, tallies
from service.usecases.sighted.generation import publishing
from service.usecases.sighted.results import fold
from service.usecases.sighted.studies import (
    exclusions,
    habits,
    imports,
    invariants,
    vote_imports,
)
from tests import factories


def vote_row(line, left="Plain", right="Retrieval", choice=Choice.LEFT, **fields):
    return VoteRow(
        line=line,
        key=f"k{line}-1",
        prompt="p0",
        prompt_is_id=True,
        left=left,
        right=right,
        choice=choice,
        **fields,
    )


def bring(session, name, given, now):
    to = imports.target(session, name)
    knows = vote_imports.ballot(session, to, vote_imports.digests(given))
    ready = vote_imports.prepare(session, knows, given, now)
    done = vote_imports.import_votes(session, knows, ready, now)
    publishing.settle(session, *done.touched)
    return done


def rows(session, model):
    return session.scalars(select(model).order_by(model.id)).all()


class TestImportVotes:
    def test_keeps_who_stood_where_and_makes_raters_of_names(self, session, now):
        study = factories.make_study(session, prompts=1)
        voted_at = now - timedelta(days=30)
        given = [
            vote_row(1, rater="ann", voted_at=voted_at),
            vote_row(2, "Retrieval", "Plain", Choice.RIGHT_MUCH, rater="ann"),
            vote_row(3, choice=Choice.TIE),
            RowError(4, "The row is not JSON."),
        ]
        done = bring(session, study.name, given, now)
        assert (done.added, [error.line for error in done.errors]) == (3, [4])
        raters = rows(session, models.Rater)
        assert [(rater.origin, rater.is_sighted) for rater in raters] == [("imported", False)] * 2
        assert all("ann" not in rater.pseudonym for rater in raters)
        kept = rows(session, models.Vote)
        assert [vote.choice for vote in kept] == ["left", "right_much", "tie"]
        assert kept[0].created_at.replace(tzinfo=None) == voted_at.replace(tzinfo=None)
        fold.fold(session, study.id)
        tally = session.scalars(select(models.Tally).filter_by(scope=tallies.ALL))
        found = {row.outcome: row.count for row in tally}
        assert found == {"first": 1, "first_much": 1, "tie": 1}

    def test_keeps_the_verdicts_of_models_and_counts_none_until_somebody_says_so(
        self, session, now
    ):
        study = factories.make_study(session, prompts=1)
        given = [
            vote_row(1, rater="ann"),
            vote_row(2, rater="gpt4_pair", choice=Choice.RIGHT, is_by_model=True),
            vote_row(3, rater="gpt4_pair", choice=Choice.RIGHT, is_by_model=True),
        ]
        done = bring(session, study.name, given, now)
        assert (done.added, done.by_models) == (3, {"gpt4_pair": 2})
        assert bring(session, study.name, given, now).by_models == {}

        def counted():
            fold.fold(session, study.id)
            tally = session.scalars(select(models.Tally).filter_by(scope=tallies.ALL))
            return {row.outcome: row.count for row in tally if row.count}

        assert counted() == {"first": 1}
        assert leaderboards.not_counted(session, study.id) == {"model": 2}
        page = habits.of_study(session, study.name)
        assert page.by_reason == ((MODELS_VERDICT, 2),)
        model = next(one.pseudonym for one in page.raters if one.left_out)
        exclusions.lift(session, study.name, model, now)
        assert counted() == {"first": 1, "second": 2}
        assert leaderboards.not_counted(session, study.id) == {}

    def test_takes_each_once(self, session, now):
        study = factories.make_study(session, prompts=1)
        given = [vote_row(1, rater="ann"), vote_row(1, rater="ann")]
        done = bring(session, study.name, given, now)
        assert (done.added, done.unchanged) == (1, 1)
        again = bring(session, study.name, given, now)
        assert (again.added, again.unchanged) == (0, 2)
        assert len(rows(session, models.Rater)) == 1

    def test_names_what_the_study_does_not_have(self, session, now):
        study = factories.make_study(session, prompts=1)
        given = [
            vote_row(1, left="Nobody"),
            vote_row(2, right="Plain"),
            replace(vote_row(3), prompt="Which?", prompt_is_id=False),
        ]
        done = bring(session, study.name, given, now)
        told = [error.message for error in done.errors]
        assert "Nobody" in told[0]
        assert "never meets itself" in told[1]
        assert "prompt 'Which?' is not in the study" in told[2]

    def test_fills_the_places_that_it_brings_votes_for(self, session, now):
        study = factories.make_study(session, prompts=1)
        bring(session, study.name, [vote_row(1)], now)
        session.expire_all()
        assert session.get_one(models.Prompt, study.prompts[0]).places_open == 0
        assert [one for one in invariants.check(session, now) if one.broken] == []
