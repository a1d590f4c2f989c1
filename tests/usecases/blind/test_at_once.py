"""What another does between two statements of dealing, on the database where that can be."""

import random
import threading
import time
from collections import Counter
from contextlib import ExitStack, contextmanager
from datetime import timedelta

import pytest
from sqlalchemy import event, func, select, text

from service.database import Database
from service.store import assignments, models, norming_panels, prompts, raters, studies
from service.usecases.blind import places, progress, voting
from service.usecases.sighted.studies import invariants
from tests import factories
from tests.factories import later

LEASE = timedelta(minutes=30)


@pytest.fixture(scope="module")
def database(postgres):
    """One database for all that happens here; afterwards every rule holds."""
    made = Database(postgres.fresh(), pool_size=5)
    yield made
    with made.transaction() as session:
        broken = [one for one in invariants.check(session, later(60)) if one.broken]
    made.engine.dispose()
    assert broken == []


@contextmanager
def before(session, meant, act):
    """Do something once, before the first statement that is meant; gives what is asked."""
    asked: list[str] = []
    waiting = [act]

    def look(_connection, _cursor, statement, *_):
        asked.append(statement)
        if waiting and meant(len(asked), statement):
            waiting.pop()()

    connection = session.connection()
    event.listen(connection, "before_cursor_execute", look)
    yield asked
    event.remove(connection, "before_cursor_execute", look)


def is_the_lock(_number, statement) -> bool:
    return "FROM prompt" in statement and "SKIP LOCKED" in statement


def deal(session, rater_id, minutes=0.0, most=1):
    dealt = factories.deal(
        session, rater_id, later(minutes), random.Random(1), LEASE, most, is_shared=True
    )
    return [piece.token for piece in dealt]


def seat(database, name, names=("ada", "ben"), **study):
    with database.transaction() as session:
        made = factories.make_study(session, name, **study)
        return made, [factories.make_rater(session, made, who) for who in names]


def ask(database, rater_id, into: list[str]) -> threading.Thread:
    """Return somebody who asks for a matchup as soon as they are started."""

    def run():
        with database.transaction() as session:
            into.extend(deal(session, rater_id))

    return threading.Thread(target=run)


def hurry(session) -> None:
    """Have this session rather fail than wait."""
    session.execute(text("SET LOCAL lock_timeout = '1s'"))


class TestOneMatchupEach:
    def test_whenever_another_frees_what_lapsed(self, database):
        """Before each statement of dealing in turn, until there are no more of them."""
        number, is_done = 0, [True]
        while is_done:
            number += 1
            is_done = self._freed_before(database, number)
        assert number > 15

    def _freed_before(self, database, number: int) -> list[bool]:
        study, (ada, _) = seat(database, f"before {number}", prompts=2, votes_per_matchup=2)
        with database.transaction() as session:
            (first,) = deal(session, ada)
        other = database.transaction()
        freeing = other.__enter__()
        places.free_expired(freeing, studies.by_id(freeing, study.id), later(40))
        is_done: list[bool] = []

        def commit():
            is_done.append(True)
            other.__exit__(None, None, None)

        with database.transaction() as session, before(session, lambda n, _: n == number, commit):
            tokens = deal(session, ada, 40, most=2)
        if not is_done:
            other.__exit__(None, None, None)
        with database.transaction() as session:
            for token in dict.fromkeys([first, *tokens]):
                voting.cast(session, ada, token, "left", token, later(41))
            dealt = session.scalars(
                select(models.Assignment.prompt_id).where(models.Assignment.rater_id == ada)
            )
            assert set(Counter(dealt).values()) == {1}
        return is_done


class TestPlaces:
    @pytest.mark.parametrize("dealing", ["uniform", "adaptive"])
    def test_are_never_more_than_wanted_whatever_was_read_before(self, database, dealing):
        """Another takes the last place between a look at what is open and the lock."""
        trio = {"configurations": ("P", "R", "T"), "prompts": 1, "dealing": dealing}
        study, (ada, ben, cy) = seat(database, f"last {dealing}", ("ada", "ben", "cy"), **trio)
        with database.transaction() as session:
            assert len(deal(session, cy, most=2)) == 2

        def take_the_last():
            with database.transaction() as session:
                assert len(deal(session, ben)) == 1

        with database.transaction() as session, before(session, is_the_lock, take_the_last):
            assert deal(session, ada) == []
        with database.transaction() as session:
            assert session.scalar(places_of(study)) == 0


class TestLocks:
    def test_who_freed_something_waits_for_no_prompt(self, database):
        """Two who did so and waited for each other's prompts would stand in a circle."""
        study, (ada, ben) = seat(database, "freed", prompts=2, votes_per_matchup=2)
        with database.transaction() as session:
            (token,) = deal(session, ada)
            voting.cast(session, ada, token, "left", token, later(0))
            seen = session.scalars(
                select(models.Assignment.prompt_id).where(models.Assignment.token == token)
            ).one()
        (unseen,) = set(study.prompts) - {seen}
        with database.transaction() as holding:
            prompts.lock(holding, unseen)
            with database.transaction() as session:
                deal(session, ben)  # so it is what Ada has seen
            with database.transaction() as session:
                hurry(session)
                assert deal(session, ada, 40) == []
                assert session.scalars(
                    select(models.Assignment.state).where(models.Assignment.rater_id == ben)
                ).all() == ["expired"]  # fmt: skip
        with database.transaction() as session:
            assert len(deal(session, ada, 41)) == 1

    def test_who_took_from_others_waits_for_no_prompt(self, database):
        """Ben comes back and Cy skips while Ada is about to take what Ben has let lie."""
        _, (ada, ben, cy) = seat(database, "took", ("ada", "ben", "cy"))
        with database.transaction() as session:
            assert len(deal(session, ben, most=2)) == 2
            (token,) = deal(session, cy, 6)
            skipped = assignments.held(session, token).prompt_id
        with ExitStack() as stack:

            def meanwhile():
                with database.transaction() as session:
                    deal(session, ben, 6, most=2)
                    voting.skip(session, cy, token, "left out", later(6))
                prompts.lock(stack.enter_context(database.transaction()), skipped)

            session = stack.enter_context(database.transaction())
            hurry(session)
            with before(session, is_the_lock, meanwhile) as asked:
                assert deal(session, ada, 6) == []
            assert sum(is_the_lock(0, statement) for statement in asked) > 1
        with database.transaction() as session:
            assert len(deal(session, ada, 6)) == 1

    def test_who_has_nothing_and_holds_nothing_waits(self, database):
        study, (ada, _) = seat(database, "waits", prompts=1)
        dealt = []
        asking = ask(database, ada, dealt)
        with database.transaction() as session:
            prompts.lock(session, study.prompts[0])
            asking.start()
            wait_until_somebody_waits(database)
        asking.join()
        assert len(dealt) == 1

    def test_a_study_that_closed_meanwhile_deals_nothing(self, database):
        study, (ada, _) = seat(database, "closed meanwhile")
        dealt = []
        asking = ask(database, ada, dealt)
        with database.transaction() as session:
            raters.lock(session, ada)
            session.get_one(models.Study, study.id).state = "closed"
            session.flush()
            asking.start()
            wait_until_somebody_waits(database)
        asking.join()
        assert dealt == []


class TestEnd:
    def test_is_not_there_while_a_prompt_is_held_for_a_moment(self, database):
        """What comes at the end of a sitting does not come before it: repeats, gold."""
        options = {"repeats": 0.1, "practice": []}
        study, (ada, _) = seat(database, "held", prompts=7, options=options)
        with database.transaction() as session:
            for _ in range(5):
                (token,) = deal(session, ada)
                voting.cast(session, ada, token, "left", token, later(1))
            assert len(deal(session, ada)) == 1
        with database.transaction() as holding:
            for prompt_id in study.prompts:
                prompts.lock(holding, prompt_id)
            with database.transaction() as session:
                assert len(deal(session, ada, most=2)) == 1
        with database.transaction() as session:
            assert len(deal(session, ada, most=2)) == 2
            kinds = session.scalars(
                select(models.Assignment.kind).where(models.Assignment.rater_id == ada)
            )
            assert set(kinds) == {"regular"}


class TestRepeats:
    def test_that_is_judged_while_it_is_opened_anew_stays_judged_and_is_one(self, database):
        options = {"repeats": 0.5, "practice": []}
        study, (ada, _) = seat(database, "last moment", prompts=2, options=options)
        with database.transaction() as session:
            for token in deal(session, ada, most=2):
                voting.cast(session, ada, token, "left", token, later(0))
            (again,) = deal(session, ada, 1)
        with database.transaction() as session:
            places.free_expired(session, studies.by_id(session, study.id), later(60))

        def judge():
            with database.transaction() as session:
                voting.cast(session, ada, again, "right", again, later(60))

        judging = threading.Thread(target=judge)
        with database.transaction() as session:
            assert deal(session, ada, 60) == [again]
            judging.start()
            wait_until_somebody_waits(database)
        judging.join()
        with database.transaction() as session:
            states = session.scalars(
                select(models.Assignment.state).where(models.Assignment.rater_id == ada)
            )
            assert list(states) == ["voted"] * 3


class TestUndo:
    def test_that_is_sent_twice_at_once_takes_one_skip_back_and_no_vote(self, database):
        _, (ada, _) = seat(database, "undone twice", prompts=2)
        with database.transaction() as session:
            voted, skipped = deal(session, ada, most=2)
            voting.cast(session, ada, voted, "left", voted, later(1))
            voting.skip(session, ada, skipped, skipped, later(2))
        told = []

        def undo():
            with database.transaction() as session:
                told.append(voting.undo(session, ada, "the same key", later(3)))

        again = threading.Thread(target=undo)
        with database.transaction() as session:
            told.append(voting.undo(session, ada, "the same key", later(3)))
            again.start()
            wait_until_somebody_waits(database)
        again.join()
        assert told == [skipped, skipped]
        with database.transaction() as session:
            assert [own.token for own in progress.own_votes(session, ada)] == [voted]


def places_of(study):
    return select(func.sum(models.Prompt.places_open)).where(models.Prompt.study_id == study.id)


def wait_until_somebody_waits(database) -> None:
    waiting = text("SELECT count(*) FROM pg_locks WHERE NOT granted")
    for _ in range(1000):
        with database.reading() as session:
            if session.scalar(waiting):
                return
        time.sleep(0.01)
    pytest.fail("nobody waited")


class TestPanels:
    @pytest.mark.parametrize("is_begun", [False, True])
    def test_that_are_drawn_at_the_same_moment_are_one_and_the_same(self, database, is_begun):
        options = {"norming": 5, "norming_holds": True, "repeats": 0, "practice": []}
        names = ("ada", "ben", "cleo", "dora")
        called = f"a panel {is_begun}"
        study, everybody = seat(database, called, names, prompts=12, options=options)
        if is_begun:  # as by somebody who said not to wait for answers
            with database.transaction() as session:
                norming_panels.begin(session, study.id)
        came: dict[int, list[str]] = {rater_id: [] for rater_id in everybody}
        ready = threading.Barrier(len(names))

        def sit(rater_id, seed):
            ready.wait()
            with database.transaction() as session:
                rng = random.Random(seed)
                dealt = factories.deal(session, rater_id, later(0), rng, LEASE, 5, is_shared=True)
                came[rater_id] += [piece.token for piece in dealt]

        threads = [
            threading.Thread(target=sit, args=(rater_id, seed))
            for seed, rater_id in enumerate(everybody)
        ]
        for each in threads:
            each.start()
        for each in threads:
            each.join()
        assert [len(tokens) for tokens in came.values()] == [5] * len(names)
        with database.transaction() as session:
            (panel,) = session.scalars(
                select(models.NormingPanel).where(models.NormingPanel.study_id == study.id)
            )
            drawn = session.scalars(
                select(models.NormingMatchup).where(models.NormingMatchup.study_id == study.id)
            ).all()
            dealt = session.scalars(
                select(models.Assignment).where(models.Assignment.study_id == study.id)
            ).all()
        assert (panel.size, len(drawn)) == (5, 5)
        assert {one.kind for one in dealt} == {"norming"}
        on_panel = {(one.prompt_id, one.first_completion_id) for one in drawn}
        for rater_id in everybody:
            own = [one for one in dealt if one.rater_id == rater_id]
            assert {(one.prompt_id, one.first_completion_id) for one in own} == on_panel
