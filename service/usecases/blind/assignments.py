"""Deals assignments: candidates, a pick, sides, and the blind payload that results."""

import random
from collections.abc import Callable, Collection, Sequence
from contextlib import nullcontext
from datetime import datetime, timedelta
from functools import partial
from typing import Final

from sqlalchemy.orm import Session

from service.blinding import rendering, sides
from service.blinding.payload import BlindAssignment
from service.domain import matchup, sitting
from service.domain.assignment import AssignmentKind, AssignmentState, Event, advance
from service.domain.study import Dealing, RenderMode, StudyState
from service.domain.vote import UnknownAssignment
from service.store import assignments, histories, matchups, prompts, raters, studies
from service.store.models import Assignment, Study
from service.usecases.blind import gold, knowledge, marks, places, repeats
from service.usecases.blind.occasion import Occasion

_MODES: Final[dict[RenderMode, rendering.Mode]] = {
    RenderMode.FULL: "full",
    RenderMode.LIGHT: "light",
    RenderMode.PLAIN: "plain",
}


def deal(
    session: Session,
    rater_id: int,
    now: datetime,
    rng: random.Random,
    lease: timedelta,
    ahead: int = 2,
    share: Callable[[Study, int], int] | None = None,
    let_go: Callable[[Study], int] | None = None,
    having: Collection[str] = (),
) -> tuple[BlindAssignment, ...]:
    """Return a rater's open assignments in order, topped up to `ahead`; () where none is left.

    `share` may lower `ahead`, given the study and how many of its places nobody holds. Where
    nothing is left, `let_go` may free something, and returns how many prompts it has locked
    for that. What the page has already, by token, is not sent again. Nothing is dealt while a
    vote still lacks the criteria or grades that go with it. The draw depends on the texts'
    hashes, the places and the rater's own history alone. Leases are renewed, but of what
    somebody is changing at this moment.

    Locks are taken in one order, so that nobody waits in a circle: the rater (two tabs that
    ask at once are answered one after the other), prompts, assignments.
    """
    rater, study = raters.lock_with_study(session, rater_id)
    if rater.finished_at is not None or study.state != StudyState.OPEN:
        return ()
    if marks.owed(session, rater_id) is not None:
        return ()
    dealt = list(histories.lying(session, rater_id))
    if any(one.lease_until < now + lease * sitting.RENEWED for one in dealt):
        # First, so that nothing is freed that this rater has come back to.
        histories.renew(session, rater_id, now + lease)
    if len(dealt) < ahead:
        occasion = Occasion(session, study, rater, now, rng, lease)
        known = knowledge.read(session, study.id, rater_id)
        if known.unheld < sitting.PLENTY * ahead:
            _free_expired(occasion, known)
        if share is not None:
            ahead = min(ahead, share(study, known.unheld))
        _top_up(occasion, known, dealt, ahead)
        if not (dealt or known.is_busy) and let_go is not None and let_go(study):
            known.holds_a_prompt = True
            known.look_again(session, study.id, rater_id)
            _top_up(occasion, known, dealt, 1)
    return _payloads(session, [one for one in dealt[:ahead] if one.token not in having])


def view(session: Session, rater_id: int, token: str) -> BlindAssignment:
    """Return one of the rater's own assignments, as it was dealt.

    Raises
    ------
    UnknownAssignment
        The token is nobody's, or another rater's: the same answer for both.
    """
    assignment = assignments.by_token(session, token)
    if assignment is None or assignment.rater_id != rater_id:
        raise UnknownAssignment("This page is not there. Go back to where you were rating.")
    return _payloads(session, [assignment])[0]


def practice(
    session: Session, rater_id: int, built_in: Sequence[str] = sitting.BUILT_IN_PRACTICE
) -> BlindAssignment | None:
    """Return the study's practice matchup, None where it wants none; it is stored nowhere.

    A study without texts of its own gets `built_in`: the same, perhaps in another language.
    """
    study = studies.by_id(session, raters.by_id(session, rater_id).study_id)
    texts = sitting.from_stored(study.options).practice
    if not texts:
        return None
    if texts == sitting.BUILT_IN_PRACTICE:
        texts = tuple(built_in)
    mode = _MODES[RenderMode(study.render_mode)]
    prompt, (left, right) = rendering.render(texts[0], mode), rendering.alike(texts[1:], mode)
    return BlindAssignment(
        token="practice",  # noqa: S106 - no secret: it names no assignment
        prompt_turns=(prompt,),
        context="",
        left_turns=(left,),
        right_turns=(right,),
        is_practice=True,
    )


def _top_up(
    occasion: Occasion, known: knowledge.Knowledge, dealt: list[Assignment], ahead: int
) -> None:
    """Add to what lies before a rater: what is regular, and repeats and gold among it."""
    again = partial(repeats.deal, occasion, known.dealt)
    beside = partial(gold.deal, occasion, known.dealt, lambda: sides.draw(occasion.rng, 0))
    while len(dealt) < ahead:
        drawn = again(at_end=False) or _regular(occasion, known, is_served=bool(dealt))
        if drawn is None and not known.is_busy:
            drawn = again(at_end=True) or beside(at_end=True)
        if drawn is None:
            break
        known.add(drawn.kind, drawn.prompt_id)
        dealt.append(drawn)
        if drawn.kind == AssignmentKind.REGULAR:
            dealt += filter(None, [beside(at_end=False)])


def _regular(
    occasion: Occasion, known: knowledge.Knowledge, *, is_served: bool
) -> Assignment | None:
    """Deal one more regular assignment, if need be of what others have let lapse."""
    # Who has something to do need not wait for a prompt that somebody else is holding, and
    # who holds a prompt already must not.
    drawn = _draw(occasion, known, may_wait=not (is_served or known.holds_a_prompt))
    if drawn is None and not known.is_busy and not known.has_freed:
        # The places that are left may all be of matchups that this rater has seen.
        _free_expired(occasion, known)
        drawn = _draw(occasion, known, may_wait=False) if known.holds_a_prompt else None
    return drawn


def _free_expired(occasion: Occasion, known: knowledge.Knowledge) -> None:
    """Give what ran out without a vote back, once others need it, and see what is open then."""
    session, study = occasion.session, occasion.study
    known.has_freed = True
    if places.free_expired(session, study, occasion.now):
        known.holds_a_prompt = True
        known.look_again(session, study.id, occasion.rater.id)


def _draw(occasion: Occasion, known: knowledge.Knowledge, *, may_wait: bool) -> Assignment | None:
    """Deal one regular assignment of what is open, or None where nothing is for this rater."""
    session, study, rater_id = occasion.session, occasion.study, occasion.rater.id
    newest = partial(histories.newest_prompts, session, rater_id, matchup.SPACING - 1)
    for wait in (False, True) if may_wait else (False,):
        pool = known.fit
        known.is_busy = False
        # Who will not wait may hold what it locked in vain until the end.
        begin = session.begin_nested if may_wait else nullcontext
        while (offer := matchup.pick_prompt(pool, newest, occasion.rng)) is not None:
            pool.remove(offer)
            with begin() as held:
                if not prompts.lock(session, offer.prompt_id, wait=wait):
                    known.is_busy = True
                    continue
                drawn = _draw_from(occasion, offer.prompt_id)
                if drawn is not None:
                    return drawn
                if held is not None:
                    # Lets the prompt go: waiting for another meanwhile could end in a circle.
                    held.rollback()
            known.drop({offer.prompt_id})
            if not known.has_looked and study.dealing != Dealing.ADAPTIVE:
                # Late in a study most open places may be of matchups that this rater has seen:
                # one look at all of them instead of a lock and three queries for each.
                known.has_looked = True
                spent = matchups.spent(session, study.id, rater_id, study.votes_per_matchup)
                known.drop(spent)
                pool = [one for one in pool if one.prompt_id not in spent]
    return None


def _draw_from(occasion: Occasion, prompt_id: int) -> Assignment | None:
    """Draw a matchup of a locked prompt and take its place; None where none is for this rater."""
    session, study, rater_id = occasion.session, occasion.study, occasion.rater.id
    entrants = [
        matchup.Entrant(ready.configuration_id, ready.id, ready.text_hash)
        for ready in assignments.ready_completions(session, prompt_id)
    ]
    configurations = {entrant.configuration_id for entrant in entrants}
    taken = matchups.taken(session, prompt_id)
    open_places = places.open_in(study, configurations, taken)
    if not open_places:
        return None
    seen, lapsed = _before(session, rater_id, prompt_id)
    weights = (
        assignments.dealing_weights(session, study.id)
        if study.dealing == Dealing.ADAPTIVE
        else None
    )
    barred = seen | taken.withdrawn
    wanted = study.votes_per_matchup
    drawn = matchup.pick(entrants, taken.places, barred, wanted, weights, occasion.rng)
    if drawn is None:
        return None
    pair = matchup.pair_of(drawn.first.configuration_id, drawn.second.configuration_id)
    if pair in lapsed:
        # What lapsed is opened anew: a vote that still comes for it never makes two.
        assignment = assignments.by_id(session, lapsed[pair])
        assignment.state = advance(assignment.state, Event.DEAL_AGAIN)
        assignment.ended_at = None
        assignment.lease_until = occasion.lease_until
    else:
        assignment = assignments.add(session, _new(occasion, prompt_id, drawn))
    # What may be drawn has a place left, so it takes one of those that are open.
    prompts.set_places(session, prompt_id, ready=len(configurations), places=open_places - 1)
    return assignment


def _before(
    session: Session, rater_id: int, prompt_id: int
) -> tuple[frozenset[matchup.Pair], dict[matchup.Pair, int]]:
    """Return which matchups of a locked prompt a rater has seen, and which lapsed, by what id.

    Read under the lock and never from what was known before: others free what lapses.
    """
    seen: set[matchup.Pair] = set()
    lapsed: dict[matchup.Pair, int] = {}
    for dealt in histories.on_prompt(session, rater_id, prompt_id):
        pair = (dealt.first_configuration_id, dealt.second_configuration_id)
        if dealt.state == AssignmentState.EXPIRED:
            lapsed[pair] = dealt.id
        else:
            seen.add(pair)
    return frozenset(seen), lapsed


def _new(occasion: Occasion, prompt_id: int, drawn: matchup.Draw) -> Assignment:
    """Draw the sides of a matchup and write it down for a rater."""
    one, other = drawn.first, drawn.second
    # The coin is tossed over the order of the texts, which no id can sway.
    lean = histories.lean(
        occasion.session, occasion.rater.id, one.configuration_id, other.configuration_id
    )
    one_is_left = sides.draw(occasion.rng, lean)
    one_is_first = one.configuration_id < other.configuration_id
    first, second = (one, other) if one_is_first else (other, one)
    return Assignment(
        token=occasion.token(),
        study_id=occasion.study.id,
        rater_id=occasion.rater.id,
        prompt_id=prompt_id,
        kind=AssignmentKind.REGULAR,
        state=AssignmentState.DEALT,
        first_configuration_id=first.configuration_id,
        second_configuration_id=second.configuration_id,
        first_completion_id=first.completion_id,
        second_completion_id=second.completion_id,
        first_is_left=one_is_left if one_is_first else not one_is_left,
        draw_probability=drawn.probability,
        lease_until=occasion.lease_until,
        dealt_at=occasion.now,
    )


def _payloads(session: Session, dealt: Sequence[Assignment]) -> tuple[BlindAssignment, ...]:
    """Turn assignments into what a browser may have."""
    texts = assignments.texts(session, [one.id for one in dealt])
    return tuple(_payload(one, texts[one.id]) for one in dealt)


def _payload(assignment: Assignment, texts: assignments.Texts) -> BlindAssignment:
    first, second = tuple(texts.first), tuple(texts.second)
    left, right = (first, second) if assignment.first_is_left else (second, first)
    return BlindAssignment(
        token=assignment.token,
        prompt_turns=tuple(texts.prompt["turns"]),
        context=str(texts.prompt.get("context", "")),
        left_turns=left,
        right_turns=right,
        is_practice=assignment.kind == AssignmentKind.PRACTICE,
    )
