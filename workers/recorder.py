"""Stores what calls brought: outcomes as they arrive, answers fit to show, claims handed back."""

import asyncio
import logging
import random
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial

from service import slow_work
from service.database import Database, DatabaseAway, now
from service.domain.completion import CompletionAnswer, CompletionFailure, CompletionRequest
from service.domain.rate_limit import Limit
from service.usecases.sighted.generation import claims, records
from workers import failures

log = logging.getLogger("evenhand.completions")

Outcome = CompletionAnswer | CompletionFailure
Ended = tuple[CompletionRequest, Outcome, float]


class Recorder:
    """Writes to the database in threads, one transaction for each step and none during calls."""

    def __init__(self, database: Database, limits: Mapping[str, Limit] | None = None) -> None:
        """Record into this database; `counts` tells what became of outcomes."""
        self._database = database
        self._limits = limits or {}
        self._draw = random.SystemRandom().random
        self.counts: Counter[str] = Counter()

    async def persist(self, ended: Sequence[Ended]) -> list[int]:
        """Record outcomes, trying again while the database is away and the lease lasts."""
        pause = 0.2
        until = max(lease_end for _, _, lease_end in ended)
        while True:
            try:
                return await asyncio.to_thread(self._record_rows, ended)
            except DatabaseAway:
                if time.monotonic() > until:
                    log.warning("%d outcomes lost: the database stayed away", len(ended))
                    return []
            except Exception as error:  # noqa: BLE001 - one bad row must not take the others along
                slow_work.log_bug("an outcome could not be recorded", error)
                return await self._persist_one_by_one(ended)
            await asyncio.sleep(pause)
            pause = min(2 * pause, 5.0)

    async def _persist_one_by_one(self, ended: Sequence[Ended]) -> list[int]:
        """Record outcomes singly; what cannot be stored becomes a failure that can."""
        if len(ended) > 1:
            return [i for one in ended for i in await self.persist([one])]
        request, outcome, lease_end = ended[0]
        if isinstance(outcome, CompletionFailure) and outcome.error_class == "internal":
            return []  # the lease will end, and the claim then counts its attempts
        bug = failures.PermanentLLMError("internal", "The answer could not be stored.")
        return await self.persist([(request, failure(request, bug, 0.0), lease_end)])

    def _record_rows(self, ended: Sequence[Ended]) -> list[int]:
        outcomes = [(request, outcome) for request, outcome, _ in ended]
        with self._database.transaction() as session:
            stored = records.record_all(session, outcomes, now(session), self._draw, self._limits)
        recorded = []
        for (request, outcome), was_stored in zip(outcomes, stored, strict=True):
            if not was_stored:
                self.counts["fenced_off"] += 1
                log.warning("completion %d: late, fenced off", request.completion_id)
            elif isinstance(outcome, CompletionAnswer):
                self.counts["recorded"] += 1
                recorded.append(request.completion_id)
            else:
                self.counts["failed"] += 1
        return recorded

    async def publish(self, completion_ids: Sequence[int] = ()) -> None:
        """Make recorded completions ready (these, else any); the sweeper rings for what is left."""
        at_a_time = slow_work.AT_A_TIME
        for start in range(0, max(1, len(completion_ids)), at_a_time):
            part = completion_ids[start : start + at_a_time] or None
            publish = partial(slow_work.publish, self._database, part)
            await self._leave_to_the_sweeper(publish, "recorded completions wait")

    async def hand_back(self, unstarted: list[CompletionRequest]) -> None:
        """Release claims for which no call was made."""

        def release() -> None:
            with self._database.transaction() as session:
                claims.release(session, unstarted, now(session), self._limits)

        await self._leave_to_the_sweeper(release, "claims wait for their lease to end")

    async def _leave_to_the_sweeper(self, act: Callable[[], object], consequence: str) -> None:
        try:
            await asyncio.to_thread(act)
        except DatabaseAway:
            log.warning("the database is away; %s", consequence)
        except Exception as error:  # noqa: BLE001 - the rows tell what is unfinished
            slow_work.log_bug(consequence, error)


def failure(
    request: CompletionRequest, error: failures.LLMError, seconds: float
) -> CompletionFailure:
    """Return an error in the terms of the rows; some are final for the second time already."""
    made = CompletionFailure(
        error_class=error.error_class,
        message=error.message,
        is_transient=error.is_transient,
        retry_after=error.retry_after,
        latency_ms=round(seconds * 1000),
        maybe_paid=error.maybe_paid,
        must_wait=error.asks_to_wait,
    )
    if request.attempt >= error.most_attempts and not error.asks_to_wait:
        return replace(made, is_transient=False)  # the second time it is not a hiccup
    return made
