"""One worker's time slice: claims what is due, calls models, records answers as they arrive."""

import asyncio
import logging
import os
import random
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta

from service import jobs
from service.database import Database, DatabaseAway, now
from service.domain.completion import CompletionAnswer, CompletionFailure, CompletionRequest
from service.settings import Settings
from service.usecases.sighted import completions, readiness
from workers import failures, llm, providers

log = logging.getLogger("evenhand.completions")

SLICE_SECONDS = 60.0
GRACE_SECONDS = 25.0
_MARGIN_SECONDS = 10.0
_SHORTEST_LEASE = 60.0
_LOOK_AGAIN_SECONDS = 1.0
# A pause of the study must take hold within 5 s, also for what was claimed and waits.
_LANE_SECONDS = 4.0
_FINISH_AT_A_TIME = 200

Outcome = CompletionAnswer | CompletionFailure


@dataclass(frozen=True)
class Surroundings:
    """What a work-horse inherits from the worker that forked it."""

    settings: Settings
    database: Database
    providers: providers.Providers
    grace: float = GRACE_SECONDS
    process: int = field(default_factory=os.getpid)


def lease_seconds(deadline: float) -> float:
    """Return how long a claim is kept: a call may be late and its record may wait."""
    return max(_SHORTEST_LEASE, 2 * deadline + 30)


class Shift:
    """One time slice of one worker: claims, calls and records until nothing is due."""

    def __init__(self, here: Surroundings, *, seconds: float = SLICE_SECONDS) -> None:
        """Plan a shift of about `seconds`."""
        self._settings = here.settings
        self._database = here.database
        self._providers = here.providers
        self._grace = here.grace
        self._end = time.monotonic() + seconds
        self._lease = lease_seconds(here.settings.call_deadline)
        self._room = here.settings.batch_size
        self._lanes: dict[str, asyncio.Semaphore] = {}
        self._calls: set[asyncio.Task[None]] = set()
        self._ended: asyncio.Queue[tuple[CompletionRequest, Outcome, float]] = asyncio.Queue()
        self._unstarted: list[CompletionRequest] = []
        self._draw = random.SystemRandom().random
        self._stopping = asyncio.Event()
        self._busy: Counter[str] = Counter()
        self.counts: Counter[str] = Counter()

    @property
    def is_stopping(self) -> bool:
        """Whether the worker was asked to stop."""
        return self._stopping.is_set()

    def stop(self) -> None:
        """Claim nothing more, finish what was called, hand back what was not."""
        self._stopping.set()

    async def run(self) -> bool:
        """Work, and return whether there was more to do when the time was up."""
        await self._finish([])
        recorder = asyncio.create_task(self._record_all())
        try:
            is_more_due = await self._call_all()
        finally:
            await self._ended.join()
            recorder.cancel()
            await self._hand_back()
        return is_more_due

    async def _call_all(self) -> bool:
        """Keep calls going: refill at half a batch, and look for newly due rows each second."""
        may_be_more, looked_at = True, 0.0
        while may_be_more or self._calls:
            is_over = self.is_stopping or time.monotonic() > self._end
            if is_over and not self._calls:
                return may_be_more
            may_be_more = may_be_more or time.monotonic() - looked_at > _LOOK_AGAIN_SECONDS
            if may_be_more and not is_over and len(self._calls) <= self._room // 2:
                looked_at = time.monotonic()
                may_be_more = await self._claim(self._room - len(self._calls))
            else:
                await self._wait_for_one()
                await self._hand_back()
        return False

    async def _wait_for_one(self) -> None:
        if self.is_stopping:
            _, late = await asyncio.wait(self._calls, timeout=self._grace)
            for call in late:
                call.cancel()
            if late:
                await asyncio.wait(late)
            return
        stopped = asyncio.create_task(self._stopping.wait())
        await asyncio.wait(
            {*self._calls, stopped},
            timeout=_LOOK_AGAIN_SECONDS,
            return_when=asyncio.FIRST_COMPLETED,
        )
        stopped.cancel()

    async def _claim(self, limit: int) -> bool:
        """Claim at most `limit` and start calling; tell whether more may be due."""
        deadline = time.monotonic() + self._lease
        try:
            claimed = await asyncio.to_thread(self._claim_rows, limit)
        except DatabaseAway:
            log.warning("the database is away; nothing claimed")
            return False
        for request in claimed:
            call = asyncio.create_task(self._call(request, deadline))
            self._calls.add(call)
            call.add_done_callback(self._calls.discard)
        if len(claimed) == limit:
            # More than one worker can take: wake another.
            await asyncio.to_thread(jobs.ring_generation, jobs.address_of(self._settings))
        return len(claimed) == limit

    def _claim_rows(self, limit: int) -> list[CompletionRequest]:
        with self._database.transaction() as session:
            lease = timedelta(seconds=self._lease)
            return completions.claim(session, limit, lease, now(session))

    async def _call(self, request: CompletionRequest, lease_end: float) -> None:
        """Make one completion when its provider's lane has room, within the lease."""
        name = self._providers.lane(request.model, request.endpoint)
        lane = self._lanes.setdefault(name, asyncio.Semaphore(self._settings.call_concurrency))
        try:
            async with asyncio.timeout(_LANE_SECONDS):
                await lane.acquire()
        except (TimeoutError, asyncio.CancelledError):
            self._unstarted.append(request)
            self._room = max(1, sum(self._busy.values()))  # do not claim what cannot start
            return
        try:
            left = lease_end - time.monotonic() - _MARGIN_SECONDS
            seconds = min(left, self._settings.call_deadline * len(request.user_turns))
            if self.is_stopping or seconds < self._settings.call_deadline / 2:
                self._unstarted.append(request)
                return
            self._busy[name] += 1
            outcome = await self._outcome(request, seconds)
            self._busy[name] -= 1
        finally:
            lane.release()
        await self._ended.put((request, outcome, lease_end))

    async def _outcome(self, request: CompletionRequest, seconds: float) -> Outcome:
        started = time.monotonic()
        try:
            return await llm.complete(request, self._providers, seconds)
        except failures.LLMError as error:
            return _failure(request, error, time.monotonic() - started)
        except asyncio.CancelledError:
            message = "The worker was stopped during the call."
            stopped = failures.TransientLLMError("stopped", message)
            return _failure(request, stopped, time.monotonic() - started)
        except Exception:
            log.exception("completion %s failed within the worker", request.completion_id)
            bug = failures.PermanentLLMError("internal", "The worker has an error of its own.")
            return _failure(request, bug, time.monotonic() - started)

    async def _record_all(self) -> None:
        """Record outcomes as they arrive; those that arrive meanwhile share a transaction."""
        while True:
            ended = [await self._ended.get()]
            while not self._ended.empty():
                ended.append(self._ended.get_nowait())
            try:
                recorded = await self._persist(ended)
                if recorded:
                    await self._finish(recorded)
            finally:
                for _ in ended:
                    self._ended.task_done()

    async def _persist(
        self, ended: Sequence[tuple[CompletionRequest, Outcome, float]]
    ) -> list[int]:
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
            except Exception:
                log.exception("an outcome could not be recorded")
                if len(ended) == 1:
                    return []
                return [i for one in ended for i in await self._persist([one])]
            await asyncio.sleep(pause)
            pause = min(2 * pause, 5.0)

    def _record_rows(self, ended: Sequence[tuple[CompletionRequest, Outcome, float]]) -> list[int]:
        recorded = []
        with self._database.transaction() as session:
            moment = now(session)
            for request, outcome, _ in ended:
                if isinstance(outcome, CompletionAnswer):
                    stored = completions.record(session, request, outcome, moment)
                    self.counts["recorded" if stored else "fenced_off"] += 1
                    recorded += [request.completion_id] * stored
                else:
                    completions.record_failure(session, request, outcome, moment, self._draw())
                    self.counts["failed"] += 1
        return recorded

    async def _finish(self, completion_ids: Sequence[int]) -> None:
        """Make recorded completions ready; what is left the sweeper rings for."""
        ids = frozenset(completion_ids)

        def finish() -> None:
            with self._database.reading() as session:
                waiting = readiness.recorded(session, _FINISH_AT_A_TIME)
            fit = [readiness.prepare(one) for one in waiting if not ids or one.completion_id in ids]
            with self._database.transaction() as session:
                readiness.finish(session, fit, now(session))

        await self._leave_to_the_sweeper(finish, "recorded completions wait")

    async def _hand_back(self) -> None:
        unstarted, self._unstarted = self._unstarted, []
        if not unstarted:
            return

        def release() -> None:
            with self._database.transaction() as session:
                completions.release(session, unstarted, now(session))

        await self._leave_to_the_sweeper(release, "claims wait for their lease to end")

    async def _leave_to_the_sweeper(self, act: Callable[[], None], consequence: str) -> None:
        try:
            await asyncio.to_thread(act)
        except DatabaseAway:
            log.warning("the database is away; %s", consequence)
        except Exception:
            log.exception("%s", consequence)


def _failure(
    request: CompletionRequest, error: failures.LLMError, seconds: float
) -> CompletionFailure:
    failure = CompletionFailure(
        error_class=error.error_class,
        message=error.message,
        is_transient=error.is_transient,
        retry_after=error.retry_after,
        latency_ms=round(seconds * 1000),
        maybe_paid=error.maybe_paid,
    )
    if isinstance(error, failures.GarbledAnswer) and request.fence > 1:
        return replace(failure, is_transient=False)  # the second time it is not a hiccup
    return failure
