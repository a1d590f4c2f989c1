"""Unblinds votes, for everyone: folds them into counts, lists them for exports and drill-down."""

from array import array
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from sqlalchemy.orm import Session

from service.blinding import sides
from service.domain.assignment import AssignmentKind, AssignmentState
from service.domain.marks import Lead
from service.domain.vote import Choice, Outcome, Standing, counts
from service.domain.witnessed import Witnessed
from service.store import (
    completions,
    gold,
    grades,
    judging,
    norming_panels,
    prompts,
    reasons,
    studies,
    tallies,
    votes,
)
from service.store.models import Assignment, Prompt, Study, Tallied, Vote
from service.store.tallies import Cell, Situation
from service.store.witnesses import Witness

Texts = tuple[int, int]
AHEAD, EQUAL, BEHIND = 1, 0, -1
_STANDINGS = {
    Lead.LEFT: (AHEAD, BEHIND),
    Lead.EQUAL: (EQUAL, EQUAL),
    Lead.RIGHT: (BEHIND, AHEAD),
}


def _column() -> "array[int]":
    return array("q")


class SaidAgain(NamedTuple):
    """Twice the same matchup: signs seen from its first configuration, and where that stood."""

    before: int
    after: int
    first_was_left: bool


class PanelAnswer(NamedTuple):
    """What a rater said about a matchup of a panel: 1 where the first text is ahead, -1, or 0."""

    matchup_id: int
    rater_id: int
    assignment_id: int
    sign: int


@dataclass(frozen=True)
class Given:
    """What raters said of configurations, a column each, since there may be millions.

    Said is a grade, or how a configuration stood: `AHEAD`, `EQUAL`, `BEHIND`.
    """

    configurations: "array[int]" = field(default_factory=_column)
    said: "array[int]" = field(default_factory=_column)
    raters: "array[int]" = field(default_factory=_column)
    prompts: "array[int]" = field(default_factory=_column)

    def add(self, *columns: Sequence[int]) -> None:
        """Add entries: of whom, what was said, by which raters, for which prompts."""
        for column, more in zip(self.columns, columns, strict=True):
            column.extend(more)

    @property
    def columns(self) -> "tuple[array[int], ...]":
        """The four columns, in their order."""
        return self.configurations, self.said, self.raters, self.prompts

    def counts(self) -> dict[int, Counter[int]]:
        """Return how often what was said, by configuration."""
        found: dict[int, Counter[int]] = {}
        both = Counter(zip(self.configurations, self.said, strict=True))
        for (identity, said), number in sorted(both.items()):
            found.setdefault(identity, Counter())[said] = number
        return found


def fold(session: Session, study_id: int, limit: int = 5000) -> int:
    """Bring counts up to date with changed votes; returns how many changes were folded.

    Level-triggered: each changed assignment is compared with what is counted for it, so
    folding twice, late or in any order gives the same counts. Callers hold one transaction;
    the study's row keeps two of them apart.
    """
    study = studies.lock(session, study_id)
    changed = tallies.take_dirty(session, study_id, limit)
    if not changed:
        return 0
    excluded = votes.excluded(session, changed)
    deltas: Counter[Cell] = Counter()
    for situation in tallies.situations(session, changed):
        wanted = _wanted(
            situation,
            is_excluded=situation.assignment.id in excluded,
            counts_sighted=study.counts_sighted,
        )
        _apply(session, study_id, situation, wanted, deltas)
    session.flush()
    tallies.add(session, study_id, dict(deltas))
    return len(changed)


def outcome_of(vote: Vote, assignment: Assignment) -> str:
    """Return which of an assignment's configurations a vote preferred."""
    return sides.unblind(Choice(str(vote.choice)), assignment.sides)


def said_again(session: Session, study_id: int, limit: int) -> list[SaidAgain]:
    """Return what raters said of a matchup at first and on its repeat, sides exchanged."""
    return [
        SaidAgain(
            Outcome(outcome_of(one.vote, one.assignment)).sign,
            Outcome(outcome_of(one.again_vote, one.again)).sign,
            bool(one.assignment.sides),
        )
        for one in judging.repeated_in(session, study_id, limit)
    ]


def uncounted(session: Session, study_id: int, limit: int) -> tuple[tuple[Cell, int], ...]:
    """Return counts by rater of what stands on regular matchups and is not counted."""
    found: Counter[Cell] = Counter()
    for vote, assignment in judging.uncounted(session, study_id, limit):
        every = _cells(assignment, outcome_of(vote, assignment))
        found.update(cell for cell in every if cell.scope == tallies.BY_RATER)
    return tuple(sorted(found.items()))


def seen_from(
    session: Session, one: int | None, found: Sequence[Witness], names: Mapping[int, str]
) -> tuple[Witnessed, ...]:
    """Return counted votes with all that was judged, seen from one configuration where it is in."""
    texts = {
        row.id: "\n\n".join(row.turns)
        for row in completions.of_ids(
            session,
            {each for row in found for each in (row.first_completion_id, row.second_completion_id)},
        )
    }
    asked = {row.id: row for row in prompts.of_ids(session, {row.prompt_id for row in found})}
    identities = [row.assignment_id for row in found]
    told, marked = _reasons(session, identities), _grades(session, identities)
    return tuple(
        _seen_from(one, row, asked[row.prompt_id], texts, names, told, marked) for row in found
    )


def _seen_from(
    one: int | None,
    row: Witness,
    prompt: Prompt,
    texts: Mapping[int, str],
    names: Mapping[int, str],
    told: Mapping[int, list[str]],
    marked: Mapping[int, tuple[int | None, int | None]],
) -> Witnessed:
    ends = [
        (row.first_configuration_id, row.first_completion_id),
        (row.second_configuration_id, row.second_completion_id),
    ]
    grades_of = list(marked.get(row.assignment_id, (None, None)))
    is_turned = one == row.second_configuration_id
    if is_turned:
        ends.reverse()
        grades_of.reverse()
    (first, first_text), (second, second_text) = ends
    return Witnessed(
        prompt_key=prompt.key,
        prompt="\n\n".join(prompt.turns),
        tags=tuple(prompt.tags),
        outcome=Outcome(row.outcome).exchanged if is_turned else row.outcome,
        first=names[first],
        second=names[second],
        rater=row.pseudonym,
        first_text=texts[first_text],
        second_text=texts[second_text],
        reasons=tuple(told.get(row.assignment_id, ())),
        first_grade=grades_of[0],
        second_grade=grades_of[1],
    )


def _grades(
    session: Session, assignment_ids: Sequence[int]
) -> dict[int, tuple[int | None, int | None]]:
    """Return the grades of the first and the second text that stand, by assignment."""
    return {
        identity: sides.first_and_second(left, right, stand)
        for identity, stand, left, right in grades.grades_of(session, assignment_ids)
    }


def given_grades(session: Session, study: Study) -> Given:
    """Return every grade that counts, as one of a configuration."""
    found = Given()
    for rows in grades.graded(session, study):
        for stand in sides.BOTH:
            columns = list(zip(*(row for row in rows if row[2] is stand), strict=True))
            if columns:
                first, second, _, left, right, raters, prompts_of = columns
                ends = sides.first_and_second(left, right, stand)
                found.add(first, ends[0], raters, prompts_of)
                found.add(second, ends[1], raters, prompts_of)
    return found


def given_leads(session: Session, study: Study) -> dict[int, Given]:
    """Return by criterion every answer that counts, as one about a configuration."""
    found: dict[int, Given] = {}
    for rows in grades.led(session, study):
        for first, second, stand, place, lead, rater, prompt in rows:
            ends = sides.first_and_second(*_STANDINGS[Lead(lead)], stand)
            given = found.setdefault(place, Given())
            given.add((first, second), ends, (rater, rater), (prompt, prompt))
    return found


def grades_by_matchup(session: Session, study: Study) -> dict[Texts, tuple[float, float]]:
    """Return the mean grades of first and second, by the ids of two completions."""
    sums: dict[Texts, list[int]] = {}
    for cell in grades.graded_texts(session, study):
        ends = sides.first_and_second(cell.left_grade, cell.right_grade, cell.sides)
        kept = sums.setdefault((cell.first_id, cell.second_id), [0, 0, 0])
        for at, grade in enumerate(ends):
            kept[at] += grade * cell.number
        kept[2] += cell.number
    return {key: (first / of, second / of) for key, (first, second, of) in sums.items()}


def leads_by_matchup(session: Session, study: Study) -> dict[Texts, dict[int, float]]:
    """Return how far first is ahead of second, from -1 to 1, by completions and criterion."""
    sums: dict[Texts, dict[int, list[int]]] = {}
    for cell in grades.led_texts(session, study):
        first, _ = sides.first_and_second(*_STANDINGS[Lead(cell.lead)], cell.sides)
        kept = sums.setdefault((cell.first_id, cell.second_id), {})
        sum_and_number = kept.setdefault(cell.place, [0, 0])
        sum_and_number[0] += first * cell.number
        sum_and_number[1] += cell.number
    return {
        key: {place: net / number for place, (net, number) in of_places.items()}
        for key, of_places in sums.items()
    }


def gold_answers(session: Session, study: Study) -> dict[str, tuple[int, int]]:
    """Return how many gold matchups each rater got right, and how many they answered."""
    found: dict[str, tuple[int, int]] = {}
    for answer in gold.answered(session, study.id):
        right, of = found.get(answer.pseudonym, (0, 0))
        found[answer.pseudonym] = (right + _is_right(answer), of + 1)
    return found


def panel_answers(session: Session, study: Study) -> tuple[list[PanelAnswer], int]:
    """Return which text of a panel's matchups raters preferred, and how many answers are left out.

    By the vote, or else by the grades.
    """
    found, left_out = norming_panels.said(session, study)
    return [
        PanelAnswer(one.matchup_id, one.rater_id, one.assignment_id, _sign(one)) for one in found
    ], left_out


def _sign(answer: norming_panels.Said) -> int:
    if answer.choice is not None:
        return sides.unblind(Choice(answer.choice), answer.sides).sign
    first, second = sides.first_and_second(
        answer.left_grade or 0, answer.right_grade or 0, answer.sides
    )
    return (first > second) - (first < second)


def _is_right(answer: gold.Answered) -> bool:
    """Tell whether a gold answer prefers the better text: by the vote, or else by the grades."""
    if answer.choice is not None:
        outcome = sides.unblind(Choice(answer.choice), answer.sides)
        return outcome.sign == (1 if answer.better_is_first else -1)
    first, second = sides.first_and_second(
        answer.left_grade or 0, answer.right_grade or 0, answer.sides
    )
    return first > second if answer.better_is_first else second > first


def _reasons(session: Session, assignment_ids: list[int]) -> dict[int, list[str]]:
    """Return what raters said about their votes, kinds first, one line each."""
    told: dict[int, list[str]] = {}
    for reason in reasons.of_assignments(session, assignment_ids):
        line = ": ".join(filter(None, (", ".join(reason.kinds), reason.note)))
        told.setdefault(reason.assignment_id, []).append(line)
    return told


def _wanted(
    situation: Situation, *, is_excluded: bool, counts_sighted: bool
) -> tuple[int, str] | None:
    """Return the vote that should be counted for an assignment and its outcome, if any."""
    vote, assignment = situation.vote, situation.assignment
    if vote is None or vote.choice is None or assignment.state != AssignmentState.VOTED:
        return None
    standing = Standing(
        is_late=vote.is_late,
        is_excluded=is_excluded,
        rater_is_sighted=situation.rater_is_sighted,
        study_counts_sighted=counts_sighted,
        kind=AssignmentKind(assignment.kind),
    )
    return (vote.id, outcome_of(vote, assignment)) if counts(standing) else None


def _apply(
    session: Session,
    study_id: int,
    situation: Situation,
    wanted: tuple[int, str] | None,
    deltas: Counter[Cell],
) -> None:
    """Make what is counted equal to what should be, and note the difference."""
    counted = situation.tallied
    if counted is not None and (wanted is None or counted.outcome != wanted[1]):
        for cell in _cells(situation.assignment, counted.outcome):
            deltas[cell] -= 1
    if wanted is not None and (counted is None or counted.outcome != wanted[1]):
        for cell in _cells(situation.assignment, wanted[1]):
            deltas[cell] += 1
    if wanted is None:
        if counted is not None:
            session.delete(counted)
    elif counted is None:
        session.add(
            Tallied(
                assignment_id=situation.assignment.id,
                study_id=study_id,
                vote_id=wanted[0],
                outcome=wanted[1],
            )
        )
    else:
        counted.vote_id, counted.outcome = wanted


def _cells(assignment: Assignment, outcome: str) -> Iterable[Cell]:
    """Return the three counts that one vote is part of."""
    key = (
        assignment.first_configuration_id,
        assignment.second_configuration_id,
        outcome,
        assignment.sides,
    )
    yield Cell(tallies.ALL, 0, *key)
    yield Cell(tallies.BY_RATER, assignment.rater_id, *key)
    yield Cell(tallies.BY_PROMPT, assignment.prompt_id, *key)
