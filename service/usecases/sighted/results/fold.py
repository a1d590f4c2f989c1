"""Unblinds votes, for everyone: folds them into counts, lists them for exports and drill-down."""

from array import array
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from sqlalchemy.orm import Session

from service.blinding import sides
from service.domain.assignment import AssignmentKind, AssignmentState
from service.domain.marks import Lead
from service.domain.vote import Choice, Outcome, Standing, counts
from service.errors import NotFound
from service.store import (
    gold,
    grades,
    judging,
    leaderboards,
    prompts,
    reasons,
    studies,
    tallies,
    votes,
)
from service.store.models import Assignment, Completion, Study, Tallied, Vote
from service.store.tallies import Cell, Situation
from service.usecases.sighted.lookup import find

Texts = tuple[int, int]
AHEAD, EQUAL, BEHIND = 1, 0, -1
_STANDINGS = {
    Lead.LEFT: (AHEAD, BEHIND),
    Lead.EQUAL: (EQUAL, EQUAL),
    Lead.RIGHT: (BEHIND, AHEAD),
}


def _column() -> "array[int]":
    return array("q")


class UnknownConfiguration(NotFound):
    """The study has no such configuration."""


@dataclass(frozen=True)
class Witnessed:
    """A counted vote with what was judged; `outcome` is seen from `first`, whose text is first."""

    prompt_key: str
    prompt: str
    outcome: str
    first: str
    second: str
    rater: str
    first_text: str
    second_text: str
    reasons: tuple[str, ...] = ()


class SaidAgain(NamedTuple):
    """Twice the same matchup: signs seen from its first configuration, and where that stood."""

    before: int
    after: int
    first_was_left: bool


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


def behind(
    session: Session, study_name: str, first: str, second: str | None, limit: int
) -> tuple[list[Witnessed], int]:
    """Return counted votes on two configurations, seen from `first`, and how many there are.

    Without a `second` they are those that make up what the leaderboard counts for `first`:
    against all in service, or against all where it is retired itself.

    Raises
    ------
    UnknownStudy, UnknownConfiguration
    """
    study = find(session, study_name)
    names = leaderboards.configuration_names(session, study.id)
    ids = {name: key for key, name in names.items()}
    if first not in ids or (second is not None and second not in ids):
        raise UnknownConfiguration("The study has no configuration of that name.")
    one = ids[first]
    others = _counted_with(session, study, one) if second is None else {ids[second]}
    found, number = leaderboards.witnesses(session, study.id, {one}, others, tuple(Outcome), limit)
    told = _reasons(session, [witness.assignment_id for witness in found])
    return [_seen_from(session, one, witness, names, told) for witness in found], number


def behind_outcomes(
    session: Session,
    study_name: str,
    among: Collection[str],
    outcomes: Collection[Outcome],
    limit: int,
) -> tuple[list[Witnessed], int]:
    """Return counted votes between any two of these configurations that ended so, and how many.

    Raises
    ------
    UnknownStudy
    """
    study = find(session, study_name)
    names = leaderboards.configuration_names(session, study.id)
    these = {key for key, name in names.items() if name in among}
    found, number = leaderboards.witnesses(session, study.id, these, these, outcomes, limit)
    told = _reasons(session, [witness.assignment_id for witness in found])
    return [
        _seen_from(session, witness.first_configuration_id, witness, names, told)
        for witness in found
    ], number


def behind_prompt(
    session: Session, study_name: str, prompt_key: str, pair: Collection[str], limit: int
) -> tuple[list[Witnessed], int]:
    """Return counted votes on one prompt, of these two configurations or of all; and how many.

    Raises
    ------
    UnknownStudy
    """
    study = find(session, study_name)
    names = leaderboards.configuration_names(session, study.id)
    these = {key for key, name in names.items() if name in pair or not pair}
    found, number = leaderboards.witnesses(
        session, study.id, these, these, tuple(Outcome), limit, prompt_key
    )
    told = _reasons(session, [witness.assignment_id for witness in found])
    return [
        _seen_from(session, witness.first_configuration_id, witness, names, told)
        for witness in found
    ], number


def _counted_with(session: Session, study: Study, one: int) -> set[int]:
    """Return with whom the leaderboard counts the votes of one configuration."""
    rows = studies.configurations(session, study.id)
    retired = {row.id for row in rows if row.retired_at is not None}
    return {row.id for row in rows if row.id != one} - (set() if one in retired else retired)


def _seen_from(
    session: Session,
    one: int,
    witness: leaderboards.Witness,
    names: Mapping[int, str],
    told: Mapping[int, list[str]],
) -> Witnessed:
    is_first = witness.first_configuration_id == one
    other = witness.second_configuration_id if is_first else witness.first_configuration_id
    return Witnessed(
        prompt_key=witness.prompt_key,
        prompt="\n\n".join(prompts.by_id(session, witness.prompt_id).turns),
        outcome=witness.outcome if is_first else Outcome(witness.outcome).exchanged,
        first=names[one],
        second=names[other],
        rater=witness.pseudonym,
        first_text=_text(session, witness, is_first=is_first),
        second_text=_text(session, witness, is_first=not is_first),
        reasons=tuple(told.get(witness.assignment_id, ())),
    )


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


def _text(session: Session, witness: leaderboards.Witness, *, is_first: bool) -> str:
    identity = witness.first_completion_id if is_first else witness.second_completion_id
    return "\n\n".join(session.get_one(Completion, identity).turns)


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
