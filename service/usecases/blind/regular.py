"""Draws regular matchups: of which prompts, which two texts of each, and under which locks."""

import random
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy.orm import Session

from service.blinding import sides
from service.domain import matchup
from service.domain.assignment import AssignmentState
from service.domain.matchup import Offer, Pair
from service.domain.study import Dealing
from service.store import assignments, histories, matchups, prompts
from service.store.raters import Sitter
from service.usecases.blind import places


@dataclass(frozen=True)
class Dealt:
    """What lies before the rater now: new assignments to write down, tokens of opened ones."""

    items: tuple[sides.NewAssignment | str, ...]


@dataclass(frozen=True)
class Busy:
    """Somebody is at work on the prompts that were looked at: ask again in a moment."""


@dataclass(frozen=True)
class Nothing:
    """There is nothing of this sort for this rater, or it is not due."""


Pick = Dealt | Busy | Nothing


@dataclass
class Table:
    """A locked prompt as one rater sees it, kept true while matchups of it are dealt."""

    prompt_id: int
    entrants: list[matchup.Entrant]
    taken: dict[Pair, int]
    # What this rater has seen, what flags withdrew, and what is shown alike.
    barred: set[Pair]
    # What the rater let lapse, by the id and token of its assignment.
    lapsed: dict[Pair, tuple[int, str]]
    # How many matchups are dealt to nobody, since both texts are shown alike.
    alike: int
    places_open: int

    @property
    def places(self) -> prompts.Places:
        """The prompt's counters as they are now."""
        ready = {entrant.configuration_id for entrant in self.entrants}
        return prompts.Places(self.prompt_id, len(ready), self.alike, self.places_open)


@dataclass
class Regulars:
    """What is open for one rater in one transaction, and the draws from it.

    What was read at first tells where to look; what is dealt is decided under the prompt's lock.

    Attributes
    ----------
    offers : dict
        The study's prompts that still want votes, by id, in an order that tells nothing.
    """

    session: Session
    sitter: Sitter
    to: sides.Recipient
    rng: random.Random
    offers: dict[int, Offer] = field(init=False)
    # Prompts all of whose open places are of matchups that the rater has seen.
    _spent: set[int] = field(init=False)
    _tables: dict[int, Table] = field(init=False)
    _has_looked: bool = field(init=False)
    _newest: list[int] | None = field(init=False, default=None)
    _weights: dict[Pair, float] | None = field(init=False, default=None)

    def __post_init__(self) -> None:
        """Read what is open."""
        if self._is_adaptive:
            self._weights = assignments.dealing_weights(self.session, self.sitter.study_id)
        self.look_again()

    def look_again(self) -> None:
        """Read anew what is open, once places were freed."""
        found = histories.offers(self.session, self.sitter.study_id, self.sitter.rater_id)
        self.offers = {offer.prompt_id: offer for offer in found}
        self._spent, self._tables, self._has_looked = set(), {}, False

    @property
    def _is_adaptive(self) -> bool:
        return self.sitter.dealing == Dealing.ADAPTIVE

    @property
    def unheld(self) -> int:
        """How many places of the study nobody holds."""
        return sum(offer.places_open for offer in self.offers.values())

    def draw(self, number: int, *, may_wait: bool) -> Pick:
        """Take places of up to so many matchups.

        Prompts that somebody holds are left out at first. Where nothing else is there, `may_wait`
        says whether to wait for them, one after the other, holding nothing else meanwhile.
        """
        if not may_wait:
            drawn, held = self._draw(self._fit(), number)
            return Dealt(tuple(drawn)) if drawn else Busy() if held else Nothing()
        with self.session.begin_nested() as looking:
            drawn, held = self._draw(self._fit(), number)
            if drawn:
                return Dealt(tuple(drawn))
            # Lets go of what was looked at in vain: to wait while holding it could be a circle.
            looking.rollback()
        self._tables.clear()
        for offer in held:
            with self.session.begin_nested() as waiting:
                prompts.lock(self.session, offer.prompt_id)
                drawn, _ = self._draw({offer.prompt_id: offer}, 1)
                if drawn:
                    return Dealt(tuple(drawn))
                waiting.rollback()
            self._tables.clear()
        return Nothing()

    def _draw(
        self, pool: dict[int, Offer], number: int
    ) -> tuple[list[sides.NewAssignment | str], list[Offer]]:
        """Draw from these prompts; return what was drawn, and the prompts that somebody held."""
        items: list[sides.NewAssignment | str] = []
        held: dict[int, Offer] = {}
        touched: set[int] = set()
        while len(items) < number and (chosen := self._choose(pool, number - len(items))):
            self._sit_down({offer.prompt_id for offer in chosen})
            for offer in chosen:
                table = self._tables.get(offer.prompt_id)
                item = None if table is None else self._draw_at(table)
                if item is not None:
                    items.append(item)
                    touched.add(offer.prompt_id)
                    continue
                pool.pop(offer.prompt_id, None)
                if table is None:
                    held.setdefault(offer.prompt_id, offer)
                else:
                    self._pass_over(offer.prompt_id, pool)
        prompts.set_places(self.session, [self._tables[key].places for key in sorted(touched)])
        return items, list(held.values())

    def _fit(self) -> dict[int, Offer]:
        """Return the prompts that hold a matchup this rater may not have seen."""
        return {
            key: offer
            for key, offer in self.offers.items()
            if offer.times_seen < offer.matchups
            and offer.places_open > 0
            and key not in self._spent
        }

    def _choose(self, pool: dict[int, Offer], number: int) -> list[Offer]:
        """Choose prompts one after the other, as if each were dealt; () where the pool is empty."""
        chosen: list[Offer] = []
        for _ in range(number):
            offer = matchup.pick_prompt(list(pool.values()), lambda: self.recent(chosen), self.rng)
            if offer is None:
                break
            chosen.append(offer)
            after = offer._replace(
                times_seen=offer.times_seen + 1, places_open=offer.places_open - 1
            )
            if after.places_open > 0 and after.times_seen < after.matchups:
                pool[offer.prompt_id] = after
            else:
                del pool[offer.prompt_id]
        return chosen

    def recent(self, chosen: Sequence[Offer] = ()) -> list[int]:
        """Return the prompts of the last matchups, to be spaced from what comes next."""
        if self._newest is None:
            found = histories.newest_prompts(
                self.session, self.sitter.rater_id, matchup.SPACING - 1
            )
            self._newest = found[::-1]
        ahead = [*self._newest, *(offer.prompt_id for offer in chosen)]
        return ahead[-(matchup.SPACING - 1) :]

    def _sit_down(self, prompt_ids: set[int]) -> None:
        """Lock prompts that nobody holds, and read what may be dealt of them and what is taken.

        Read under the lock and never from what was known before: others free what lapses.
        """
        session, sitter = self.session, self.sitter
        fresh = prompts.lock_free(session, sorted(prompt_ids - self._tables.keys()))
        if not fresh:
            return
        ready = assignments.ready_of(session, fresh)
        taken = matchups.taken_of(session, fresh)
        met = [prompt_id for prompt_id in fresh if self.offers[prompt_id].dealt]
        before = histories.on_prompts(session, sitter.rater_id, met) if met else []
        for prompt_id in fresh:
            counted = places.counted(sitter, prompt_id, ready[prompt_id], taken[prompt_id])
            alike = matchup.alike(ready[prompt_id]) if counted.alike else frozenset()
            self._tables[prompt_id] = Table(
                prompt_id=prompt_id,
                entrants=ready[prompt_id],
                taken=taken[prompt_id].places,
                barred={*taken[prompt_id].withdrawn, *alike},
                lapsed={},
                alike=counted.alike,
                places_open=counted.places,
            )
        for dealt in before:
            table = self._tables[dealt.prompt_id]
            pair = (dealt.first_configuration_id, dealt.second_configuration_id)
            if dealt.state == AssignmentState.EXPIRED:
                texts = {one.completion_id for one in table.entrants}
                # One of its texts may have been replaced: then it is not laid before them again.
                if texts >= {dealt.first_completion_id, dealt.second_completion_id}:
                    table.lapsed[pair] = (dealt.id, dealt.token)
            else:
                table.barred.add(pair)

    def _draw_at(self, table: Table) -> sides.NewAssignment | str | None:
        """Take a place of a locked prompt; None where none is for this rater."""
        if not table.places_open:
            return None
        drawn = matchup.pick(
            table.entrants,
            table.taken,
            frozenset(table.barred),
            self.sitter.votes_per_matchup,
            self._weights,
            self.rng,
        )
        if drawn is None:
            return None
        pair = matchup.pair_of(drawn.first.configuration_id, drawn.second.configuration_id)
        # What may be drawn has a place left, so it takes one of those that are open.
        table.places_open -= 1
        table.taken[pair] = table.taken.get(pair, 0) + 1
        table.barred.add(pair)
        self._take_in(table.prompt_id)
        if pair in table.lapsed:
            # What lapsed is opened anew: a vote that still comes for it never makes two.
            identity, token = table.lapsed.pop(pair)
            assignments.deal_again(self.session, identity, self.to.lease_until)
            return token
        texts = (sides.Text(*drawn.first[:2]), sides.Text(*drawn.second[:2]))
        return sides.deal(self.rng, self.to, table.prompt_id, texts, probability=drawn.probability)

    def _take_in(self, prompt_id: int) -> None:
        """Note that a matchup of a prompt was dealt just now."""
        offer = self.offers[prompt_id]
        self.offers[prompt_id] = offer._replace(
            times_seen=offer.times_seen + 1, places_open=max(0, offer.places_open - 1)
        )
        if self._newest is not None:
            self._newest.append(prompt_id)

    def note(self, prompt_id: int) -> None:
        """Note that a matchup of a prompt was dealt that takes none of its places."""
        offer = self.offers.get(prompt_id)
        if offer is not None:
            self.offers[prompt_id] = offer._replace(times_seen=offer.times_seen + 1)
        self.recent()
        if self._newest is not None:
            self._newest.append(prompt_id)

    def _pass_over(self, prompt_id: int, pool: dict[int, Offer]) -> None:
        """Offer a prompt no more that holds nothing for this rater, and others of that sort."""
        self._spent.add(prompt_id)
        if self._has_looked or self._is_adaptive:
            return
        # Late in a study most open places may be of matchups that this rater has seen: one look
        # at all of them instead of a lock and three queries for each.
        self._has_looked = True
        self._spent |= matchups.spent(
            self.session,
            self.sitter.study_id,
            self.sitter.rater_id,
            self.sitter.votes_per_matchup,
        )
        for spent in self._spent:
            pool.pop(spent, None)

    def to_come(self, skipped: int, ahead: Mapping[int, int]) -> int:
        """Return how much may still come: open places, at most one for each matchup unseen.

        `ahead` tells of how many matchups by prompt that takes no place, for they come otherwise.
        Places of matchups that this rater has seen are not for them. Without these the number
        stays the same when a matchup is skipped or flagged, of whatever kind it is; `skipped`
        tells how many regular ones the rater left out.
        """
        own = self._open_of_seen(skipped)
        return sum(
            max(
                0,
                min(
                    offer.places_open - own.get(key, 0),
                    offer.matchups - offer.times_seen - ahead.get(key, 0),
                ),
            )
            for key, offer in self.offers.items()
        )

    def _open_of_seen(self, skipped: int) -> dict[int, int]:
        """Return, by prompt, how many open places are of matchups that the rater has seen."""
        wanted = self.sitter.votes_per_matchup
        # Where one vote is wanted, only what was skipped leaves a place open; and where there
        # are many places, those of what was seen make no difference.
        is_close = wanted > 1 and any(
            offer.times_seen > 0
            and offer.places_open < offer.matchups + (wanted - 1) * offer.times_seen
            for offer in self.offers.values()
        )
        if not skipped and (self._is_adaptive or not is_close):
            return {}
        seen = matchups.seen(self.session, self.sitter.study_id, self.sitter.rater_id)
        if self._is_adaptive:
            return Counter(one.prompt_id for one in seen if one.was_skipped)
        return matchups.open_of_seen(seen, wanted)
