"""A state machine: whatever raters and the clock do, in any order, a small model agrees."""

import random
from collections import Counter
from datetime import timedelta
from itertools import combinations, product

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import func, select, text

from service.domain import sitting
from service.domain import vote as rules
from service.errors import ServiceError
from service.store import models
from service.usecases.blind import flags, progress, voting
from service.usecases.sighted.studies import invariants, opening
from tests import factories

RATERS = 3
WANTED = 2
LEASE = timedelta(minutes=30)
CHOICES = st.sampled_from([choice.value for choice in rules.OFFERED])
WHO = st.integers(0, RATERS - 1)
WHICH = st.integers(0, 50)


class Sitting(RuleBasedStateMachine):
    """Raters of a small study, and what a reader of the rules would expect of them."""

    session = None  # set by the test, on either database
    options: dict = {"repeats": 0, "practice": []}  # noqa: RUF012 - never changed
    prompts = 2

    def __init__(self):
        super().__init__()
        self.outer = self.session.begin_nested()
        study = factories.make_study(
            self.session,
            configurations=("A", "B", "C"),
            prompts=self.prompts,
            votes_per_matchup=WANTED,
            options=self.options,
        )
        self.study = study
        self.raters = [factories.make_rater(self.session, study, f"r{n}") for n in range(RATERS)]
        self.rng = random.Random(11)
        self.minutes = 0.0
        self.key = 0
        self.is_closed = False
        self.finished: set[int] = set()
        self.owner: dict[str, int] = {}
        self.state: dict[str, str] = {}
        self.lease: dict[str, float] = {}
        self.ended: dict[str, float] = {}
        self.first: dict[int, float] = {}
        self.history: dict[str, list[str | None]] = {}
        self.sent: dict[str, tuple[str, str, int, int]] = {}
        self.withdrawn: set[tuple[int, int, int]] = set()
        self.flagged: dict[tuple[int, int, int], set[int]] = {}
        self.undone: list[tuple[int, str, str]] = []
        self.left_out: list[tuple[int, str, str]] = []

    def teardown(self):
        self.outer.rollback()
        self.session.expire_all()

    def _new_key(self) -> str:
        self.key += 1
        return f"key-{self.key}"

    def _token(self, which: int) -> str:
        return sorted(self.owner, key=list(self.owner).index)[which % len(self.owner)]

    def _is_over(self, token: str) -> bool:
        return self.is_closed or self.owner[token] in self.finished

    def _owes(self, who: int) -> bool:
        """Whether a vote of this rater waits for more; see the machine of marks."""
        return False

    def _is_idle(self, who: int) -> bool:
        """Whether a rater has done nothing for four leases."""
        ended = [
            self.ended[token]
            for token, state in self.state.items()
            if self.owner[token] == who and state in DONE
        ]
        return max([self.first.get(who, self.minutes), *ended]) < self.minutes - 120

    def _unheld(self) -> int:
        return self.session.scalar(select(func.sum(models.Prompt.places_open)))

    def _lapse(self) -> None:
        for token, state in self.state.items():
            if state == "dealt" and self.lease[token] < self.minutes:
                self.state[token] = "expired"

    @rule(who=WHO, ahead=st.integers(1, 3))
    def deal(self, who, ahead):
        moment = factories.later(self.minutes)
        asked, ahead = ahead, 1 if self._is_idle(who) else ahead
        is_scarce = self._unheld() < sitting.PLENTY * ahead
        dealt = factories.deal(self.session, self.raters[who], moment, self.rng, LEASE, asked)
        if self.is_closed or who in self.finished or self._owes(who):
            assert dealt == ()
            return
        mine = [t for t, state in self.state.items() if self.owner[t] == who and state == "dealt"]
        for token in [] if self._is_idle(who) else mine:
            self.lease[token] = self.minutes + 30
        if len(mine) < ahead and is_scarce:
            self._lapse()
        tokens = [piece.token for piece in dealt]
        assert len(set(tokens)) == len(tokens) <= ahead
        assert tokens[: len(mine)] == mine[:ahead]
        for token in tokens:
            self.first.setdefault(who, self.minutes)
            if token not in self.owner:
                self.owner[token], self.history[token] = who, []
            elif token not in mine:
                assert self.state[token] == "expired"  # opened anew
            assert self.owner[token] == who
            self.state[token] = "dealt"
            if token not in mine:
                self.lease[token] = self.minutes + 30
        if len(tokens) < ahead:
            self._nothing_is_left_for(who)

    def _nothing_is_left_for(self, who) -> None:
        rows = list(self.session.execute(select(*STATE)))
        held = held_of(rows)
        seen = {
            row[3:] for row in rows if row.rater_id == self.raters[who] and row.state != "expired"
        }
        pairs = combinations(sorted(self.study.configurations.values()), 2)
        for matchup in (
            (prompt_id, *pair) for prompt_id, pair in product(self.study.prompts, pairs)
        ):
            assert held[matchup] >= WANTED or matchup in seen | self.withdrawn

    @precondition(lambda self: self.owner)
    @rule(which=WHICH, choice=CHOICES, names=st.integers(0, 3))
    def vote(self, which, choice, names):
        token = self._token(which)
        history, is_over = self.history[token], self._is_over(token)
        stands = bool(history) and history[-1] is not None
        expected = None
        if stands and names != len(history):
            expected = rules.AlreadyVoted
        elif stands and is_over:
            expected = rules.VotingIsOver
        key = self._new_key()
        self._cast(token, choice, key, names, expected)
        if expected is None:
            history.append(choice)
            self.state[token], self.ended[token] = "late" if is_over else "voted", self.minutes
            self.sent[key] = (token, choice, names, len(history))

    @precondition(lambda self: self.owner)
    @rule(which=WHICH, choice=CHOICES)
    def revise(self, which, choice):
        token = self._token(which)
        self.vote(which, choice, len(self.history[token]))

    @precondition(lambda self: self.sent)
    @rule(which=WHICH, other=st.booleans())
    def send_again(self, which, other):
        key = list(self.sent)[which % len(self.sent)]
        token, choice, names, revision = self.sent[key]
        if other:
            choice = "left" if choice != "left" else "right"
        made = self._cast(token, choice, key, names, rules.KeyReused if other else None)
        assert other or (made.repeated, made.revision) == (True, revision)

    def _cast(self, token, choice, key, names, expected):
        moment = factories.later(self.minutes)
        rater_id = self.raters[self.owner[token]]
        made = caught = None
        try:
            made = voting.cast(self.session, rater_id, token, choice, key, moment, names)
        except ServiceError as error:
            caught = type(error)
        assert caught is expected
        assert made is None or made.repeated or made.is_late == self._is_over(token)
        return made

    @precondition(lambda self: self.owner)
    @rule(which=WHICH)
    def undo(self, which):
        token = self._token(which)
        history = self.history[token]
        expected, named = None, token
        was_skipped = self.state[token] == "skipped"
        if not was_skipped and (not history or history[-1] is None):
            named = None
        elif self._is_over(token):
            expected = rules.VotingIsOver
        key, rater_id = self._new_key(), self.raters[self.owner[token]]
        moment = factories.later(self.minutes)
        caught = None
        try:
            assert voting.undo(self.session, rater_id, key, moment, token) == named
        except ServiceError as error:
            caught = type(error)
        assert caught is expected
        if caught or named is None:
            return
        if not was_skipped:
            history.append(None)
        self.undone.append((rater_id, key, token))
        self.state[token] = "dealt"
        self.lease[token] = max(self.lease[token], self.minutes + 30)

    @precondition(lambda self: self.owner)
    @rule(which=WHICH)
    def skip(self, which):
        token = self._token(which)
        rater_id, key = self.raters[self.owner[token]], self._new_key()
        moment = factories.later(self.minutes)
        if self.state[token] in {"voted", "late"}:
            with pytest.raises(rules.AlreadyVoted):
                voting.skip(self.session, rater_id, token, key, moment)
            return
        voting.skip(self.session, rater_id, token, key, moment)
        self.left_out.append((rater_id, key, token))
        if self.state[token] in {"dealt", "expired"}:
            self.state[token], self.ended[token] = "skipped", self.minutes

    @precondition(lambda self: self.owner)
    @rule(which=WHICH, kind=st.sampled_from(rules.FLAG_KINDS))
    def flag(self, which, kind):
        token = self._token(which)
        rater_id = self.raters[self.owner[token]]
        key, moment = self._new_key(), factories.later(self.minutes)
        for _ in range(2):
            flags.flag(self.session, rater_id, token, kind, "", moment, key)
        if self.options.get("withdraws_flagged"):
            rows = self.session.execute(select(*STATE))
            (matchup,) = (tuple(row[3:]) for row in rows if row.token == token)
            self.flagged.setdefault(matchup, set()).add(rater_id)
            if len(self.flagged[matchup]) >= sitting.DEFAULT_SITTING.flags_to_withdraw:
                self.withdrawn.add(matchup)

    @precondition(lambda self: self.undone)
    @rule(which=WHICH, is_named=st.booleans())
    def send_an_undo_again(self, which, is_named):
        """However late it comes, it takes nothing more back."""
        rater_id, key, token = self.undone[which % len(self.undone)]
        moment = factories.later(self.minutes)
        named = token if is_named else None
        assert voting.undo(self.session, rater_id, key, moment, named) == token

    @precondition(lambda self: self.left_out)
    @rule(which=WHICH)
    def send_a_skip_again(self, which):
        rater_id, key, token = self.left_out[which % len(self.left_out)]
        voting.skip(self.session, rater_id, token, key, factories.later(self.minutes))

    @rule(minutes=st.sampled_from([1, 10, 31]))
    def wait(self, minutes):
        self.minutes += minutes

    @rule(who=WHO)
    @precondition(lambda self: self.minutes > 60)
    def finish(self, who):
        progress.finish(self.session, self.raters[who], factories.later(self.minutes))
        self.finished.add(who)
        for token, state in self.state.items():
            if self.owner[token] == who and state == "dealt":
                self.state[token] = "expired"

    @rule()
    @precondition(lambda self: self.minutes > 90)
    def close(self):
        opening.close_study(self.session, self.study.name, factories.later(self.minutes))
        self.is_closed = True

    @precondition(lambda self: self.owner)
    @rule(which=WHICH, who=WHO)
    def try_somebody_elses(self, which, who):
        token = self._token(which)
        if self.owner[token] != who:
            with pytest.raises(rules.UnknownAssignment):
                voting.skip(
                    self.session, self.raters[who], token, "k", factories.later(self.minutes)
                )

    @invariant()
    def the_database_agrees(self):
        self.session.flush()
        rows = list(self.session.execute(select(*STATE)))
        assert {row.token: row.state for row in rows} == self.state
        stored = Counter(
            self.session.scalars(
                select(models.Assignment.token).join(
                    models.Vote, models.Vote.assignment_id == models.Assignment.id
                )
            )
        )
        assert stored == Counter({t: len(h) for t, h in self.history.items() if h})
        # Nobody ever has the same matchup twice.
        assert set(Counter(row[2:] for row in rows).values()) <= {1}
        self._places_agree(rows)
        assert not [c for c in invariants.check(self.session, factories.MOMENT) if c.broken]

    def _places_agree(self, rows) -> None:
        held = held_of(rows)
        for prompt_id, places in self.session.execute(PLACES):
            gone = {matchup for matchup in self.withdrawn if matchup[0] == prompt_id}
            filled = sum(
                min(number, WANTED)
                for matchup, number in held.items()
                if matchup[0] == prompt_id and matchup not in gone
            )
            assert places == (3 - len(gone)) * WANTED - filled

    @invariant()
    def progress_adds_up(self):
        for who, rater_id in enumerate(self.raters):
            told = progress.progress(self.session, rater_id)
            mine = [state for token, state in self.state.items() if self.owner[token] == who]
            assert told.done == len([one for one in mine if one in DONE])
            assert told.total >= told.done + mine.count("dealt")


class RoomySitting(Sitting):
    """A study with so many places that at first nobody needs what others let lapse.

    What two raters flag is dealt to nobody any more.
    """

    options = {"repeats": 0, "practice": [], "withdraws_flagged": True}  # noqa: RUF012 - as above
    prompts = 8


DONE = {"voted", "late", "skipped"}
STATE = (
    models.Assignment.token,
    models.Assignment.state,
    models.Assignment.rater_id,
    models.Assignment.prompt_id,
    models.Assignment.first_configuration_id,
    models.Assignment.second_configuration_id,
)


def held_of(rows) -> Counter[tuple[int, int, int]]:
    return Counter(row[3:] for row in rows if row.state in {"dealt", "voted"})


PLACES = text("SELECT id, places_open FROM prompt")


def run(sitting, session, examples: int, steps: int) -> None:
    """Let a machine try many sittings on the database of a session."""
    run_state_machine_as_test(
        type("OnThisDatabase", (sitting,), {"session": session}),
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            database=None,
            derandomize=examples < 100,
        ),
    )


class TestSitting:
    @pytest.mark.parametrize(
        ("examples", "steps"), [(6, 25), pytest.param(400, 50, marks=pytest.mark.faults)]
    )
    @pytest.mark.timeout(1800)
    @pytest.mark.parametrize("sitting_of", [Sitting, RoomySitting])
    def test_agrees_with_the_model(self, session, sitting_of, examples, steps):
        run(sitting_of, session, examples, steps)
