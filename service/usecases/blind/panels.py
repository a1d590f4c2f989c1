"""Panels of norming as they are dealt: drawn once a study, and what a rater still gets of one."""

import random
from collections import Counter
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from service.domain import matchup, norming, sitting
from service.domain.matchup import Offer
from service.store import assignments, histories, norming_panels, prompts, studies
from service.store.models import NormingPanel
from service.store.norming_panels import OnPanel
from service.store.raters import Sitter
from service.usecases.blind import places


@dataclass
class Panel:
    """What one rater still gets of a study's panel, kept true while it is dealt.

    Attributes
    ----------
    items : list
        The panel's matchups, had or not, in an order that only their texts decide.
    holds : bool
        Whether nothing else that counts is dealt: the panel is not drawn yet, or the study waits
        until somebody has looked at what came of it.
    """

    items: Sequence[OnPanel] = ()
    holds: bool = False
    was_drawn_now: bool = False
    ahead: Counter[int] = field(init=False, default_factory=Counter)
    _left: list[OnPanel] = field(init=False)

    def __post_init__(self) -> None:
        """Count what is still ahead, by prompt."""
        self._left = [item for item in self.items if not item.is_had]
        self.ahead.update(item.prompt_id for item in self._left)

    def draw(self, recent: Callable[[], Collection[int]], rng: random.Random) -> OnPanel | None:
        """Take one that the rater has not had; None where they had all."""
        seen = Counter(item.prompt_id for item in self.items)
        seen.subtract(self.ahead)
        offers = [
            Offer(key, number, number, seen[key], seen[key])
            for key, number in Counter(item.prompt_id for item in self._left).items()
        ]
        chosen = matchup.pick_prompt(offers, recent, rng)
        if chosen is None:
            return None
        drawn = rng.choice([item for item in self._left if item.prompt_id == chosen.prompt_id])
        self._left.remove(drawn)
        self.ahead[drawn.prompt_id] -= 1
        return drawn


def look(session: Session, sitter: Sitter, now: datetime, rng: random.Random) -> Panel:
    """Return what a rater, who is locked, gets of the panel; it is drawn where it can be now.

    It is drawn once no answer is still to come, or once somebody has said not to wait: from what is
    finished, so that no configuration comes more often for being quick. Votes never change it.
    """
    wanted = _wanted(sitter)
    if not wanted:
        return Panel()
    row, is_new = norming_panels.panel(session, sitter.study_id), False
    if row is None or row.drawn_at is None:
        if row is None and not norming_panels.is_settled(session, sitter.study_id):
            return Panel(holds=True)
        offered = norming_panels.matchups(session, sitter.study_id)
        if not offered:
            return Panel()
        row = norming_panels.begin(session, sitter.study_id)
        is_new = row.drawn_at is None
        if is_new:
            _draw(session, sitter, offered, now, rng)
    items = norming_panels.items(session, sitter.study_id, sitter.rater_id)
    return Panel(items, _holds(sitter, row), is_new)


def to_come(session: Session, sitter: Sitter) -> int | None:
    """Return how much may come to a rater who was dealt nothing; None without norming."""
    wanted = _wanted(sitter)
    if not wanted:
        return None
    row = norming_panels.panel(session, sitter.study_id)
    if row is None or row.drawn_at is None:
        if row is None and not norming_panels.is_settled(session, sitter.study_id):
            return 0
        offered = norming_panels.matchups(session, sitter.study_id)
        size = norming.size(wanted, sum(one.number for one in offered))
        return size if size and _may_hold(sitter) else None
    panel = Panel(norming_panels.items(session, sitter.study_id, sitter.rater_id))
    coming = sum(panel.ahead.values())
    if _holds(sitter, row):
        return coming
    for one in histories.offers(session, sitter.study_id, sitter.rater_id):
        unseen = one.matchups - one.times_seen - panel.ahead[one.prompt_id]
        coming += max(0, min(one.places_open, unseen))
    return coming


def _wanted(sitter: Sitter) -> int:
    return int(sitter.options.get("norming", sitting.DEFAULT_SITTING.norming))


def _may_hold(sitter: Sitter) -> bool:
    return bool(sitter.options.get("norming_holds", sitting.DEFAULT_SITTING.norming_holds))


def _holds(sitter: Sitter, row: NormingPanel) -> bool:
    return _may_hold(sitter) and row.size > 0 and row.released_at is None


def _draw(
    session: Session,
    sitter: Sitter,
    offered: Sequence[norming.Matchups],
    now: datetime,
    rng: random.Random,
) -> None:
    """Draw a panel by chance, write it down, and take the places of its matchups away."""
    size = norming.size(_wanted(sitter), sum(one.number for one in offered))
    numbers = norming.draw_prompts(offered, size, rng)
    ready = assignments.ready_of(session, list(numbers))
    drawn: list[dict[str, Any]] = []
    # In the order in which prompts were drawn, which is chance's.
    for prompt_id, number in numbers.items():
        barred = set(matchup.alike(ready[prompt_id]))
        for _ in range(number):
            found = matchup.pick(ready[prompt_id], {}, frozenset(barred), 1, None, rng)
            if found is None:
                break
            ends = sorted((found.first, found.second))  # by configuration: the order of rows
            barred.add((ends[0].configuration_id, ends[1].configuration_id))
            drawn.append(
                {
                    "study_id": sitter.study_id,
                    "prompt_id": prompt_id,
                    "first_configuration_id": ends[0].configuration_id,
                    "second_configuration_id": ends[1].configuration_id,
                    "first_completion_id": ends[0].completion_id,
                    "second_completion_id": ends[1].completion_id,
                }
            )
    norming_panels.draw(session, sitter.study_id, drawn, now)
    study = studies.by_id(session, sitter.study_id)
    for prompt_id in sorted(numbers):
        prompts.lock(session, prompt_id)
        places.recount(session, study, prompt_id)
