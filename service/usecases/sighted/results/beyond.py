"""Adds to a leaderboard what stands beside its ratings: checks, grounds, and its course."""

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace

from service.domain.course import Course
from service.domain.grounds import Grounds, Measured
from service.domain.leaderboard import Leaderboard
from service.store.tallies import Told
from service.usecases.sighted.results import course, measured, prompt_rows, reasons, trust
from service.usecases.sighted.results.competing import Counted
from service.usecases.sighted.results.looks import Looks


@dataclass(frozen=True)
class Votes:
    """The votes of a study: counts by rater and prompt, and one by one where they are not many."""

    by_rater: tuple[Counted, ...]
    by_prompt: tuple[Counted, ...]
    told: tuple[Told, ...]
    looks: Looks | None


def add(
    board: Leaderboard, votes: Votes, names: Mapping[int, str], largest: AbstractSet[int]
) -> Leaderboard:
    """Return the leaderboard with what is said of its largest part, whose ids are given."""
    among = {identity: name for identity, name in names.items() if identity in largest}
    told = tuple(
        one
        for one in votes.told
        if one.first_configuration_id in among and one.second_configuration_id in among
    )
    by_rater, by_prompt = (
        tuple(
            counted
            for counted in cells
            if counted[0].first_configuration_id in among
            and counted[0].second_configuration_id in among
        )
        for cells in (votes.by_rater, votes.by_prompt)
    )
    in_texts = _measured(told, among, votes.looks, board.votes)
    basis = trust.Basis(board, among or names, by_rater, by_prompt, told, votes.looks, in_texts)
    return replace(
        board,
        checks=trust.check(basis),
        grounds=_grounds(board, basis, among, in_texts),
        course=_course(votes, among),
    )


def _measured(
    told: Sequence[Told], among: Mapping[int, str], looks: Looks | None, votes: int
) -> Measured:
    if not votes:
        return Measured("no_votes")
    if looks is None:
        return Measured("not_looked")
    if not told:
        return Measured("too_many_votes")
    if looks.measured is None:
        return Measured("too_many_texts")
    return measured.measure(told, among, looks.measured, looks.probes)


def _grounds(
    board: Leaderboard, basis: trust.Basis, among: Mapping[int, str], in_texts: Measured
) -> Grounds | None:
    if basis.looks is None or not board.parts:
        return None
    points = {row.configuration: rating.points for row, rating in board.of_part(board.parts[0])}
    return Grounds(
        reasons.group(basis.looks.reasons, among, board.parts[0].votes),
        in_texts,
        prompt_rows.look(
            basis.by_prompt,
            basis.told,
            {identity: points[name] for identity, name in among.items()},
            basis.looks.prompts,
            is_told=bool(basis.told),
        ),
    )


def _course(votes: Votes, among: Mapping[int, str]) -> Course:
    if votes.looks is None or not among:
        return Course(why="too_few_votes")
    if not votes.told:
        return Course(why="too_many_votes")
    return course.follow(votes.told, among, votes.looks.moments)
