"""The job that generates, a time slice: claims what is due, calls models, records what arrives."""

import asyncio
import logging
import math
import signal
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from service import jobs, slow_work
from service.database import Database, DatabaseAway, now
from service.domain.completion import CompletionAnswer, CompletionFailure, CompletionRequest
from service.domain.retrieval import Passage
from service.settings import Settings
from service.usecases.sighted.generation import claims, progress, records
from workers import agents, conversation, failures, llm, providers, recorder, retrieval

log = logging.getLogger("evenhand.completions")

SLICE_SECONDS = 60.0
GRACE_SECONDS = 25.0
_MARGIN_SECONDS = 10.0
_SHORTEST_LEASE = 60.0
_LOOK_AGAIN_SECONDS = 1.0
# Answers that arrive this close together share a transaction.
_TOGETHER_SECONDS = 0.1
# What is recorded is safe; it is made ready a little later, many at once.
_PUBLISH_SECONDS = 0.5
# Other workers are woken no more often than this; who is awake stays so for a slice.
_RING_SECONDS = 5.0
# A shift stays for what may be called again before the sweeper would look.
_STAY = timedelta(seconds=5)
# A pause of the study must take hold within 5 s, also for what was claimed and waits.
WAIT_SECONDS = 4.0


Complete = Callable[
    [CompletionRequest, providers.Providers, float, conversation.Gate], Awaitable[CompletionAnswer]
]


@dataclass(frozen=True)
class Surroundings:
    """What a work-horse inherits from the worker that forked it."""

    settings: Settings
    database: Database
    providers: providers.Providers
    grace: float = GRACE_SECONDS
    wait: float = WAIT_SECONDS
    ask_model: Complete = llm.complete


def lease_seconds(deadline: float) -> float:
    """Return how long a claim is kept: a call may be late and its record may wait."""
    return max(_SHORTEST_LEASE, 2 * deadline + 30)


def longest_seconds(deadline: float) -> int:
    """Return when a shift is hopelessly late: its slice, a last lease, and some."""
    return round(SLICE_SECONDS + lease_seconds(deadline) + 60)


class Shift:
    """One time slice of one worker: claims, calls and records until nothing is due."""

    def __init__(self, here: Surroundings, *, seconds: float = SLICE_SECONDS) -> None:
        """Plan a shift of about `seconds`."""
        self._settings = here.settings
        self._database = here.database
        self._providers = here.providers
        self._grace = here.grace
        self._wait = here.wait
        self._ask_model = here.ask_model
        self._end = time.monotonic() + seconds
        self._lease = lease_seconds(here.settings.call_deadline)
        self._room = here.settings.batch_size
        self._refill_at = self._room // 2
        self._gates: dict[str, asyncio.Semaphore] = {}
        self._calls: set[asyncio.Task[None]] = set()
        self._ended: asyncio.Queue[recorder.Ended] = asyncio.Queue()
        self._unstarted: list[CompletionRequest] = []
        self._stopping = asyncio.Event()
        self._changed = asyncio.Event()
        self._recorded: list[int] = []
        self._is_recorded = asyncio.Event()
        self._all_recorded = asyncio.Event()
        self._rung_at = float("-inf")
        self._busy: Counter[str] = Counter()
        # When a refusal of each provider was recorded, infinity before it is: what was claimed
        # earlier is not sent any more.
        self._refused: dict[str, float] = {}
        self._recorder = recorder.Recorder(here.database, here.providers.limits)

    @property
    def counts(self) -> Counter[str]:
        """How many outcomes were recorded, failed, or fenced off."""
        return self._recorder.counts

    @property
    def is_stopping(self) -> bool:
        """Whether the worker was asked to stop."""
        return self._stopping.is_set()

    def stop(self) -> None:
        """Claim nothing more, finish what was called, hand back what was not."""
        self._stopping.set()
        self._changed.set()

    async def run(self) -> bool:
        """Work, and return whether there was more to do when the time was up."""
        await self._recorder.publish()
        recording = asyncio.create_task(self._record_all())
        publishing = asyncio.create_task(self._publish_all())
        try:
            is_more_due = await self._call_all()
        finally:
            await self._ended.join()
            recording.cancel()
            self._all_recorded.set()
            self._is_recorded.set()
            await publishing
            await self._hand_back()
        return is_more_due

    async def _call_all(self) -> bool:
        """Keep calls going: refill at half a batch, and look for newly due rows each second."""
        may_be_more, looked_at = True, 0.0
        while may_be_more or self._calls or await self._waits_for_reopening():
            is_over = self.is_stopping or time.monotonic() > self._end
            if is_over and not self._calls:
                return may_be_more
            may_be_more = may_be_more or time.monotonic() - looked_at > _LOOK_AGAIN_SECONDS
            is_free = len(self._calls) <= self._refill_at and not self._is_refused_anew
            if may_be_more and not is_over and is_free:
                looked_at = time.monotonic()
                may_be_more = await self._claim(self._room - len(self._calls))
            else:
                await self._wait_for_one()
                await self._hand_back()
        return False

    @property
    def _is_refused_anew(self) -> bool:
        """Whether a provider has refused a call and the database does not know it yet."""
        return math.inf in self._refused.values()

    async def _waits_for_reopening(self) -> bool:
        """Wait for a provider that may be asked again within seconds; tell whether there is one."""
        if self.is_stopping or time.monotonic() > self._end:
            return False
        await self._ended.join()  # until then the database does not know who refuses
        seconds = await asyncio.to_thread(self._seconds_to_reopening)
        if seconds is None:
            return False
        self._changed.clear()
        with suppress(TimeoutError):
            await asyncio.wait_for(self._changed.wait(), seconds)
        return True

    def _seconds_to_reopening(self) -> float | None:
        try:
            with self._database.reading() as session:
                moment = now(session)
                at = claims.reopening(session, moment, _STAY)
        except DatabaseAway:
            return None
        return None if at is None else max(0.0, (at - moment).total_seconds())

    async def _wait_for_one(self) -> None:
        if self.is_stopping and self._calls:
            _, late = await asyncio.wait(self._calls, timeout=self._grace)
            for call in late:
                call.cancel()
            if late:
                await asyncio.wait(late)
            return
        self._changed.clear()
        with suppress(TimeoutError):
            await asyncio.wait_for(self._changed.wait(), _LOOK_AGAIN_SECONDS)

    def _call_ended(self, call: asyncio.Task[None]) -> None:
        """Wake who waits where there is something to do: to claim, to hand back or to end."""
        self._calls.discard(call)
        if len(self._calls) <= self._refill_at or self._unstarted:
            self._changed.set()

    async def _claim(self, limit: int) -> bool:
        """Claim at most `limit` and start calling; tell whether more may be due."""
        claimed_at = time.monotonic()
        deadline = claimed_at + self._lease
        try:
            reused, claimed = await asyncio.to_thread(self._claim_rows, limit)
        except DatabaseAway as error:
            log.warning("nothing claimed: %s", error.message)
            return False
        except Exception as error:  # noqa: BLE001 - calls that run must still be recorded
            slow_work.log_bug("claiming failed", error)
            return False
        for request in claimed:
            call = asyncio.create_task(self._call(request, claimed_at, deadline))
            self._calls.add(call)
            call.add_done_callback(self._call_ended)
        if len(claimed) == limit and time.monotonic() - self._rung_at > _RING_SECONDS:
            # More than one worker can take: wake another.
            self._rung_at = time.monotonic()
            await asyncio.to_thread(jobs.ring_generation, jobs.address_of(self._settings))
        if reused:
            self._recorded += reused
            self._is_recorded.set()
        return len(claimed) == limit or bool(reused)

    def _claim_rows(self, limit: int) -> tuple[list[int], list[CompletionRequest]]:
        """Answer from the store what can be, and claim what is left."""
        with self._database.transaction() as session:
            moment, lease = now(session), timedelta(seconds=self._lease)
            reused = records.answer_from_store(session, limit, moment)
            return reused, claims.claim(session, limit, lease, moment, self._providers.limits)

    async def _call(self, request: CompletionRequest, claimed_at: float, lease_end: float) -> None:
        """Make one completion when one more call of its provider may run, within the lease."""
        name = self._providers.rate_limit_name(request.model, request.endpoint)
        gate = self._gates.setdefault(name, asyncio.Semaphore(self._settings.call_concurrency))
        try:
            if gate.locked():
                async with asyncio.timeout(self._wait):
                    await gate.acquire()
            else:
                await gate.acquire()
        except (TimeoutError, asyncio.CancelledError):
            self._unstarted.append(request)
            # All gates are closed: from now on claim only as calls end.
            busy = max(1, sum(self._busy.values()))
            self._room = busy + busy // 4
            self._refill_at = max(busy - 1, self._room - busy // 4)
            return
        try:
            left = lease_end - time.monotonic() - _MARGIN_SECONDS
            seconds = min(left, self._settings.call_deadline * len(request.user_turns))
            is_refused = self._refused.get(name, -math.inf) > claimed_at
            if self.is_stopping or is_refused or seconds < self._settings.call_deadline / 2:
                self._unstarted.append(request)
                return
            self._busy[name] += 1
            outcome = await self._outcome(request, seconds)
            self._busy[name] -= 1
            if isinstance(outcome, CompletionFailure) and outcome.must_wait:
                self._refused[name] = math.inf
        finally:
            gate.release()
        await self._ended.put((request, outcome, lease_end))

    async def _outcome(self, request: CompletionRequest, seconds: float) -> recorder.Outcome:
        started = time.monotonic()
        try:
            return await self._answer(request, started + seconds)
        except failures.LLMError as error:
            return recorder.failure(request, error, time.monotonic() - started)
        except asyncio.CancelledError:
            message = "The worker was stopped during the call."
            stopped = failures.TransientLLMError("stopped", message)
            return recorder.failure(request, stopped, time.monotonic() - started)
        except Exception as error:  # noqa: BLE001 - a bug of ours is a state of the row, too
            slow_work.log_bug(f"completion {request.completion_id} failed within the worker", error)
            bug = failures.PermanentLLMError("internal", "The worker has an error of its own.")
            return recorder.failure(request, bug, time.monotonic() - started)

    async def _answer(self, request: CompletionRequest, until: float) -> CompletionAnswer:
        """Retrieve where something is to be retrieved, then ask the model or the agent."""
        passages: tuple[Passage, ...] = ()
        if request.lookup is not None:
            request, passages = await retrieval.fill(self._database, request, request.lookup)

        def may_go_on() -> Coroutine[Any, Any, bool]:
            return asyncio.to_thread(self._may_go_on, request.completion_id)

        complete = agents.complete if request.is_agent else self._ask_model
        answer = await complete(request, self._providers, until - time.monotonic(), may_go_on)
        return replace(answer, passages=passages) if passages else answer

    def _may_go_on(self, completion_id: int) -> bool:
        try:
            with self._database.reading() as session:
                return claims.may_go_on(session, completion_id)
        except DatabaseAway:
            return True  # nobody can have paused it

    async def _record_all(self) -> None:
        """Record outcomes as they arrive; those that arrive meanwhile share a transaction."""
        while True:
            ended = [await self._ended.get()]
            await asyncio.sleep(_TOGETHER_SECONDS)
            while not self._ended.empty():
                ended.append(self._ended.get_nowait())
            try:
                self._recorded += await self._recorder.persist(ended)
                self._is_recorded.set()
            finally:
                self._note_refusals(ended)
                for _ in ended:
                    self._ended.task_done()

    def _note_refusals(self, ended: Sequence[recorder.Ended]) -> None:
        """From now on the database knows of these refusals, and holds claims back by itself."""
        for request, outcome, _ in ended:
            if isinstance(outcome, CompletionFailure) and outcome.must_wait:
                name = self._providers.rate_limit_name(request.model, request.endpoint)
                self._refused[name] = time.monotonic()
        self._changed.set()

    async def _publish_all(self) -> None:
        """Make ready what is recorded, aside from recording: no paid answer waits for it."""
        while True:
            await self._is_recorded.wait()
            with suppress(TimeoutError):
                await asyncio.wait_for(self._all_recorded.wait(), _PUBLISH_SECONDS)
            self._is_recorded.clear()
            recorded, self._recorded = self._recorded, []
            if recorded:
                await self._recorder.publish(recorded)
            if self._all_recorded.is_set() and not self._recorded:
                return

    async def _hand_back(self) -> None:
        unstarted, self._unstarted = self._unstarted, []
        if unstarted:
            await self._recorder.hand_back(unstarted)


def generate(here: Surroundings) -> None:
    """Generate what is due for about a minute, then ring for the next who does.

    Safe to run any number of times at once: what to do is claimed row by row.
    """
    unfinished = _unfinished(here.database)
    shift = Shift(here)
    loop = asyncio.new_event_loop()
    try:
        with suppress(NotImplementedError, ValueError, RuntimeError):
            loop.add_signal_handler(signal.SIGTERM, shift.stop)
        is_more_due = loop.run_until_complete(shift.run())
        loop.run_until_complete(llm.close())
        loop.run_until_complete(agents.close())
        loop.run_until_complete(_cancel_rest())
    finally:
        with suppress(NotImplementedError, ValueError, RuntimeError):
            loop.remove_signal_handler(signal.SIGTERM)
        loop.close()  # without waiting for a thread that some library left hanging
    if shift.counts:
        _say_progress(here.database, unfinished | _unfinished(here.database))
    if is_more_due and not shift.is_stopping:
        jobs.ring_generation(jobs.address_of(here.settings))


def _unfinished(database: Database) -> set[int]:
    """Return the studies with completions to come, none while the database is away."""
    try:
        with database.reading() as session:
            return progress.unfinished(session)
    except DatabaseAway:
        return set()


def _say_progress(database: Database, study_ids: set[int]) -> None:
    with suppress(DatabaseAway), database.reading() as session:
        for one in progress.of(session, study_ids):
            failed = f", {one.failed} failed" if one.failed else ""
            to_come = f", {one.to_come} to come" if one.to_come else ""
            log.info("%s: %d answers ready%s%s", one.study, one.ready, failed, to_come)


async def _cancel_rest() -> None:
    """End what a library left running in this loop."""
    rest = asyncio.all_tasks() - {asyncio.current_task()}
    for task in rest:
        task.cancel()
    if rest:
        await asyncio.wait(rest, timeout=1.0)
