"""The state machine of sittings once more, in a study that asks for criteria and grades."""

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import invariant, precondition, rule
from sqlalchemy import select

from service.domain import marks as rules
from service.domain import vote
from service.errors import ServiceError
from service.store import models
from service.usecases.blind import marks
from tests import factories
from tests.usecases.blind import test_machine as machine

LEADS = st.sampled_from([lead.value for lead in rules.Lead])
GRADES = st.integers(*(rules.SCALE[0], rules.SCALE[-1]))


class MarkedSitting(machine.Sitting):
    """Raters whose votes wait for a criterion and two grades before anything more is dealt."""

    options = {  # noqa: RUF012 - never changed
        "repeats": 0,
        "practice": [],
        "criteria": ["Kind"],
        "grades": "with_votes",
    }

    def __init__(self):
        super().__init__()
        self.marks: dict[str, list[tuple[str, int, int] | None]] = {}

    def _owes(self, who):
        return any(
            self.owner[token] == who and state == "voted" and not self._stands(token)
            for token, state in self.state.items()
        )

    def _stands(self, token):
        given = self.marks.get(token, [])
        return bool(given) and given[-1] is not None

    @precondition(lambda self: self.owner)
    @rule(which=machine.WHICH, lead=LEADS, grades=st.tuples(GRADES, GRADES), is_named=st.booleans())
    def mark(self, which, lead, grades, is_named):
        token = self._token(which)
        given, votes = self.marks.setdefault(token, []), self.history[token]
        names = len(given) if is_named else 0
        expected = None
        if self._stands(token):
            if names != len(given):
                expected = rules.AlreadyMarked
            elif self._is_over(token):
                expected = vote.VotingIsOver
        elif not votes or votes[-1] is None:
            expected = rules.VoteFirst
        made, key = self._keep(token, lead, grades, self._new_key(), names, expected)
        if expected is None:
            given.append((lead, *grades))
            again, _ = self._keep(token, lead, grades, key, names, None)
            assert (again.repeated, again.revision) == (True, made.revision)
            assert made.is_late == self._is_over(token)
            other = (grades[0] % 5 + 1, grades[1])
            self._keep(token, lead, other, key, names, vote.KeyReused)

    def _keep(self, token, lead, grades, key, names, expected):
        moment = factories.later(self.minutes)
        rater_id = self.raters[self.owner[token]]
        made = caught = None
        try:
            made = marks.keep(self.session, rater_id, token, [lead], grades, key, moment, names)
        except ServiceError as error:
            caught = type(error)
        assert caught is expected
        return made, key

    @precondition(lambda self: self.owner)
    @rule(which=machine.WHICH)
    def undo(self, which):
        token = self._token(which)
        number = len(self.history[token])
        super().undo(which)
        if len(self.history[token]) > number and self._stands(token):
            self.marks[token].append(None)

    @invariant()
    def marks_agree(self):
        rows = self.session.execute(
            select(models.Assignment.token, models.Mark, models.Criterion.lead)
            .join(models.Mark, models.Mark.assignment_id == models.Assignment.id)
            .outerjoin(models.Criterion, models.Criterion.mark_id == models.Mark.id)
            .order_by(models.Mark.id)
        )
        found: dict = {}
        for token, mark, lead in rows:
            said = None if mark.is_withdrawn else (lead, mark.left_grade, mark.right_grade)
            found.setdefault(token, []).append(said)
        assert found == {token: given for token, given in self.marks.items() if given}
        for who, rater_id in enumerate(self.raters):
            is_held_up = self._owes(who) and not (self.is_closed or who in self.finished)
            assert (marks.owed(self.session, rater_id) is not None) == is_held_up


class TestMarkedSitting:
    @pytest.mark.parametrize(
        ("examples", "steps"), [(4, 20), pytest.param(400, 50, marks=pytest.mark.faults)]
    )
    @pytest.mark.timeout(1800)
    def test_agrees_with_the_model(self, session, examples, steps):
        machine.run(MarkedSitting, session, examples, steps)
