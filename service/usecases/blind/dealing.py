"""Deals matchups to a rater: what comes next, in which order, and when others come first."""

import random
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from service.blinding import payload, sides
from service.blinding.payload import BlindAssignment
from service.domain import sitting
from service.domain.assignment import FIRST_TIME, AssignmentKind, AssignmentState
from service.domain.marks import wanted_of
from service.domain.study import StudyState
from service.store import (
    assignments,
    gold,
    held_places,
    histories,
    marks,
    prompts,
    raters,
    repeats,
    studies,
)
from service.store.raters import Sitter
from service.usecases.blind import panels, places, progress
from service.usecases.blind.regular import Dealt, Nothing, Pick, Regulars

MOST_LET_GO = 20
_REGULAR, _REPEAT, _GOLD = AssignmentKind.REGULAR, AssignmentKind.REPEAT, AssignmentKind.GOLD
_NORMING = AssignmentKind.NORMING


@dataclass
class Dealer:
    """Deals to one rater in one transaction; ARCHITECTURE.md says by which rule.

    Locks are taken in one order, so that nobody waits in a circle: the rater, prompts,
    assignments.

    Attributes
    ----------
    rng : random.Random
        A secure source in production (`secrets.SystemRandom`).
    may_wait : bool
        Whether this may wait for a prompt that somebody holds; not once the transaction has
        changed an assignment or holds another prompt.
    is_shared : bool
        Whether raters who are at work together leave each other something near the end.
    """

    session: Session
    sitter: Sitter
    now: datetime
    rng: random.Random
    lease: timedelta
    may_wait: bool = True
    is_shared: bool = True
    # What the rater has had and has not let lapse, by kind, and what they left out.
    _had: Counter[str] = field(init=False, default_factory=Counter)
    _skipped: int = field(init=False, default=0)
    _has_freed: bool = field(init=False, default=False)
    _regulars: Regulars = field(init=False)
    _panel: panels.Panel = field(init=False)

    def deal(
        self, most: int, having: Collection[str] = (), at_least: int | None = None
    ) -> tuple[BlindAssignment, ...]:
        """Return a rater's open assignments in order, topped up to `most`; () where none is left.

        What the page has already, by token, is not sent again. Nothing is added where `at_least`
        lie there. Nothing is dealt while a vote still lacks the criteria or grades that go with
        it. The draw depends on the texts' hashes, the places and the rater's own history alone.
        Leases are renewed, but of what somebody is changing at this moment. Who has done nothing
        for some leases renews nothing and holds one at a time, until they do something.
        """
        if self.sitter.is_over or self.sitter.state != StudyState.OPEN or self._owes_marks():
            return ()
        lying = histories.lying(self.session, self.sitter.rater_id)
        is_idle = at_least is None and self._is_idle()
        most = 1 if is_idle else most
        if not is_idle and any(
            one.lease_until < self.now + self.lease * sitting.RENEWED for one in lying
        ):
            # First, so that nothing is freed that this rater has come back to.
            histories.renew(self.session, self.sitter.rater_id, self._lease_until)
        deck = [one.token for one in lying]
        if len(deck) < (most if at_least is None else min(most, at_least)):
            most = self._top_up(deck, most)
        shown = [token for token in deck[:most] if token not in having]
        texts = assignments.texts(self.session, shown)
        return tuple(payload.build(*texts[token][:5]) for token in shown)

    @property
    def _lease_until(self) -> datetime:
        return self.now + self.lease

    @property
    def _to(self) -> sides.Recipient:
        sitter = self.sitter
        return sides.Recipient(sitter.study_id, sitter.rater_id, self.now, self._lease_until)

    def _is_idle(self) -> bool:
        """Tell whether the rater has let everything lie for longer than anybody reads."""
        edge = self.now - self.lease * sitting.IDLE_AFTER
        began = self.sitter.started_at
        if began is None or began > edge:
            return False
        first, last = histories.span(self.session, self.sitter.rater_id)
        return first is not None and max(first, last or first) < edge

    def _owes_marks(self) -> bool:
        wanted = wanted_of(self.sitter.options)
        if not wanted.is_anything or wanted.replaces_vote:
            return False
        return marks.owed_by(self.session, self.sitter.rater_id) is not None

    def _top_up(self, deck: list[str], most: int) -> int:
        """Add to what lies before the rater, up to a fair number; return how many that is."""
        self._look()
        if self._regulars.unheld < sitting.PLENTY * most:
            self._free_expired()
            if self.is_shared:
                most = min(most, self._fair_share(most))
        last = self._fill(deck, most)
        if not deck and isinstance(last, Nothing) and self.is_shared and self._let_go():
            last = self._fill(deck, 1)
        to_come = 0 if isinstance(last, Nothing) else self._to_come()
        if to_come != self.sitter.to_come:
            self.sitter.to_come = to_come
            raters.set_to_come(self.session, self.sitter.rater_id, to_come)
        return most

    def _to_come(self) -> int:
        """Return how many matchups of all kinds may come beyond what lies before the rater.

        It is kept until the next deal, so that no act of the rater tells what kind comes next.
        """
        coming = sum(self._panel.ahead.values())
        if not self._panel.holds:
            coming += self._regulars.to_come(self._skipped, self._panel.ahead)
        had = self._had[_REPEAT] + self._had[_GOLD]
        there_is = progress.gold_for(self.session, self.sitter, self._had[_GOLD])
        wanted = sitting.beside_wanted(self.sitter.options, self._firsts + coming, there_is)
        return coming + max(0, wanted - had)

    @property
    def _firsts(self) -> int:
        """How many matchups of what competes the rater had, repeats apart."""
        return sum(self._had[kind] for kind in FIRST_TIME)

    def _look(self) -> None:
        """Read what the rater has had and what is open, as it stands in this transaction."""
        counts = histories.counts(self.session, self.sitter.rater_id)
        for (kind, state), number in counts.items():
            if state != AssignmentState.EXPIRED:
                self._had[kind] += number
        self._skipped = counts[_REGULAR, AssignmentState.SKIPPED]
        self.sitter.counts = counts
        # Before anything is read of what is open: a panel that is drawn now takes places away.
        self._panel = panels.look(self.session, self.sitter, self.now, self.rng)
        self.may_wait = self.may_wait and not self._panel.was_drawn_now
        self._regulars = Regulars(self.session, self.sitter, self._to, self.rng)

    def _fill(self, deck: list[str], most: int) -> Pick:
        """Deal until so many lie there: repeats that are due, others with gold among them.

        What the whole panel gets comes first. At the end of a sitting, and where nothing else is
        dealt until somebody has looked at the panel, come the repeats and gold still wanted.
        """
        pick: Pick = Dealt(())
        while len(deck) < most:
            pick = self._repeat(at_end=False)
            if not isinstance(pick, Dealt):
                pick = self._norming()
            if isinstance(pick, Nothing) and not self._panel.holds:
                pick = self._regular(self._until_repeat(most - len(deck)), is_served=bool(deck))
            if isinstance(pick, Nothing):
                pick = self._repeat(at_end=True)
            if isinstance(pick, Nothing):
                pick = self._gold((), at_end=True)
            if not isinstance(pick, Dealt):
                break
            made = [one for one in pick.items if not isinstance(one, str)]
            self._count(made, len(pick.items))
            assignments.add(self.session, [vars(one) for one in made])
            deck += [one if isinstance(one, str) else one.token for one in pick.items]
        return pick

    def _count(self, made: Sequence[sides.NewAssignment], number: int) -> None:
        """Keep the rater's counts true, where nothing but new assignments was dealt."""
        counts = self.sitter.counts
        if counts is None or len(made) < number:
            self.sitter.counts = None
            return
        for one in made:
            counts[one.kind, one.state] += 1

    def _regular(self, number: int, *, is_served: bool) -> Pick:
        """Deal up to so many regular matchups, with the gold that is due among them."""
        # Who has something to do need not wait for a prompt that somebody else is holding.
        pick = self._regulars.draw(number, may_wait=self.may_wait and not is_served)
        if isinstance(pick, Nothing) and not self._has_freed and self._free_expired():
            # The places that were left may all have been of matchups that this rater has seen.
            pick = self._regulars.draw(number, may_wait=False)
        if not isinstance(pick, Dealt):
            return pick
        return self._with_gold(pick.items, _REGULAR)

    def _norming(self) -> Pick:
        """Deal what comes next of the panel, in an order of this rater's own, with gold among it.

        By the rule for regular ones: prompts unseen before those seen least, spaced.
        """
        drawn = self._panel.draw(self._regulars.recent, self.rng)
        if drawn is None:
            return Nothing()
        self._regulars.note(drawn.prompt_id)
        if drawn.assignment is None:
            ends = (sides.Text(*drawn.texts[0]), sides.Text(*drawn.texts[1]))
            made = sides.deal(self.rng, self._to, drawn.prompt_id, ends, _NORMING)
            return self._with_gold((made,), _NORMING)
        identity, token, _ = drawn.assignment
        if not assignments.deal_again(self.session, identity, self._lease_until):
            return self._norming()  # its vote has come at this moment
        return self._with_gold((token,), _NORMING)

    def _with_gold(
        self, firsts: Sequence[sides.NewAssignment | str], kind: AssignmentKind
    ) -> Dealt:
        """Count what is dealt and put the gold that is due among it."""
        items: list[sides.NewAssignment | str] = []
        for item in firsts:
            items.append(item)
            self._had[kind] += 1
            beside = self._gold(items, at_end=False)
            items += beside.items if isinstance(beside, Dealt) else ()
        return Dealt(tuple(items))

    # What comes among regular ones takes no place and enters no count.

    @property
    def _repeats(self) -> float:
        return float(self.sitter.options.get("repeats", sitting.DEFAULT_REPEATS))

    def _until_repeat(self, number: int) -> int:
        """Return how many of so many regular matchups may come before a repeat is looked for."""
        regular, repeated = self._firsts, self._had[_REPEAT]
        for some in range(1, number):
            is_due = sitting.repeats_wanted(regular + some, self._repeats) > repeated
            if is_due and regular + some + repeated >= sitting.REPEAT_SPACING:
                return some
        return number

    def _repeat(self, *, at_end: bool) -> Pick:
        """Deal a matchup once more with its sides exchanged, where that is due.

        During a sitting it lies at least `REPEAT_SPACING` assignments back and is drawn by
        chance; at its end the one that was dealt longest ago is taken.
        """
        regular, repeated = self._firsts, self._had[_REPEAT]
        if repeated >= sitting.repeats_wanted(regular, self._repeats):
            return Nothing()
        if not at_end and regular + repeated < sitting.REPEAT_SPACING:
            return Nothing()
        session, rater_id = self.session, self.sitter.rater_id
        fresh = histories.originals(session, rater_id)
        if not at_end:
            edge = histories.dealt_back(session, rater_id, sitting.REPEAT_SPACING)
            fresh = [identity for identity in fresh if edge is not None and identity <= edge]
        if not fresh:
            return Nothing()
        original = repeats.original(session, fresh[0] if at_end else self.rng.choice(fresh))
        lapsed = repeats.lapsed(session, rater_id, original)
        if lapsed is None:
            self._had[_REPEAT] += 1
            first = sides.Text(original.first_configuration_id, original.first_completion_id)
            second = sides.Text(original.second_configuration_id, original.second_completion_id)
            stand = original.sides
            again = sides.repeat(self._to, original.prompt_id, first, second, stand)
            return Dealt((again,))
        if not assignments.deal_again(session, lapsed[0], self._lease_until):
            return Nothing()  # its vote has come at this moment
        self._had[_REPEAT] += 1
        return Dealt((lapsed[1],))

    def _gold(self, coming: Sequence[sides.NewAssignment | str], *, at_end: bool) -> Pick:
        """Deal a gold matchup where one is due, other than those that are coming already."""
        if not self.sitter.options.get("gold"):
            return Nothing()
        regular, had = self._firsts, self._had[_GOLD]
        if not sitting.gold_is_due(regular, had, self.rng, at_end=at_end):
            return Nothing()
        made = [one for one in coming if not isinstance(one, str)]
        texts = {one.first_completion_id for one in made}
        texts |= {one.second_completion_id for one in made}
        unseen = [
            one
            for one in gold.candidates(self.session, self.sitter.study_id, self.sitter.rater_id)
            if one.texts[0][1] not in texts
        ]
        if not unseen:
            return Nothing()
        drawn = self.rng.choice(unseen)
        self._had[_GOLD] += 1
        if drawn.lapsed is None or drawn.token is None:
            ends = (sides.Text(*drawn.texts[0]), sides.Text(*drawn.texts[1]))
            return Dealt((sides.deal(self.rng, self._to, drawn.prompt_id, ends, _GOLD),))
        assignments.deal_again(self.session, drawn.lapsed, self._lease_until)
        return Dealt((drawn.token,))

    # What others hold.

    def _free_expired(self) -> bool:
        """Give what ran out without a vote back, once others need it; tell whether that was any."""
        session, study_id = self.session, self.sitter.study_id
        self._has_freed = True
        if not assignments.prompts_with_expired(session, study_id, self.now, 1):
            return False
        if not places.free_expired(session, studies.by_id(session, study_id), self.now):
            return False
        self.may_wait = False
        self.sitter.counts = None  # what lapsed may have been the rater's own
        self._regulars.look_again()
        return True

    def _fair_share(self, most: int) -> int:
        """Return how many may lie before the rater: fewer where few places remain for several."""
        since = self.now - self.lease * sitting.PATIENCE
        held = held_places.held(self.session, self.sitter.study_id, self.now, since)
        return sitting.fair_ahead(self._regulars.unheld, held, self.sitter.rater_id, most)

    def _let_go(self) -> bool:
        """Free places that others hold ahead without having looked in for a while, if any."""
        session, sitter = self.session, self.sitter
        edge = self.now + self.lease * (1 - sitting.PATIENCE)
        found = held_places.lying_ahead(
            session, sitter.study_id, sitter.rater_id, edge, MOST_LET_GO
        )
        free = prompts.lock_free(session, sorted(found))
        if not free:
            return False
        study = studies.by_id(session, sitter.study_id)
        for prompt_id in sorted(free):
            held_places.let_go(session, found[prompt_id], edge, self.now)
            places.recount(session, study, prompt_id)
        self.may_wait = False
        self.sitter.counts = None  # what lapsed may have been the rater's own
        self._regulars.look_again()
        return True
