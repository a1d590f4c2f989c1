"""Raters as threads that send requests: one after the other, or as chance has them come."""

import gzip
import itertools
import random
import socket
import statistics
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

Cycle = Callable[[], None]
Begin = Callable[[], Cycle]

WAIT = 60.0


class Fault(Exception):
    """An answer that no rater should get."""


@dataclass(frozen=True)
class Answer:
    """What came back; `cookies` are those that it sets."""

    status: int
    content: bytes
    cookies: dict[str, str]


class Line:
    """A connection to a server on this machine, kept open where the server keeps it.

    As lean as can be: what it costs is taken from the server that is measured beside it.
    """

    def __init__(self, port: int) -> None:
        self.port = port
        self.socket: socket.socket | None = None

    def ask(
        self, method: str, path: str, body: bytes = b"", headers: dict[str, str] | None = None
    ) -> Answer:
        """Send a request and return its answer, unpacked."""
        if self.socket is None:
            self.socket = socket.create_connection(("127.0.0.1", self.port), timeout=WAIT)
            self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        said = "".join(f"{name}: {value}\r\n" for name, value in (headers or {}).items())
        self.socket.sendall(
            f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1:{self.port}\r\n"
            f"Accept-Encoding: gzip\r\nContent-Length: {len(body)}\r\n{said}\r\n".encode()
            + body
        )
        held = b""
        while (end := held.find(b"\r\n\r\n")) < 0:
            held += self._receive()
        status, *lines = held[:end].decode("latin-1").split("\r\n")
        fields = [
            (name.lower(), value.strip()) for name, _, value in (x.partition(":") for x in lines)
        ]
        known = dict(fields)
        content = held[end + 4 :]
        while len(content) < int(known["content-length"]):
            content += self._receive()
        if known.get("connection", "").lower() == "close":
            self.socket.close()
            self.socket = None
        if known.get("content-encoding") == "gzip":
            content = gzip.decompress(content)
        given = [
            value.partition(";")[0].partition("=") for name, value in fields if name == "set-cookie"
        ]
        return Answer(int(status.split()[1]), content, {name: value for name, _, value in given})

    def _receive(self) -> bytes:
        part = self.socket.recv(65536) if self.socket else b""
        if not part:
            raise Fault("the connection was closed")
        return part


@dataclass
class Seen:
    """What a crowd has seen: seconds of each cycle, faults, and how long all of it took."""

    took: list[float] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    passed: float = 0.0

    @property
    def rate(self) -> float:
        """Cycles a second."""
        return len(self.took) / self.passed

    @property
    def median(self) -> float:
        """Half of the cycles took no longer, in ms."""
        return 1000 * statistics.median(self.took)

    @property
    def p99(self) -> float:
        """Ninety-nine of a hundred cycles took no longer, in ms."""
        return 1000 * statistics.quantiles(self.took, n=100)[98]


def closed(crowd: Sequence[Begin], seconds: float) -> Seen:
    """Have each rater begin, then all rate at once without a pause until the time is over."""
    seen = Seen()
    gate = threading.Barrier(len(crowd) + 1)

    def sit(begin: Begin) -> None:
        cycle = _begun(begin, gate, seen)
        until = time.perf_counter() + seconds
        while cycle is not None and (started := time.perf_counter()) < until:
            cycle = _counted(cycle, started, seen)

    _run([threading.Thread(target=sit, args=(begin,)) for begin in crowd], gate, seen)
    return seen


def arriving(crowd: Sequence[Begin], rate: float, seconds: float) -> Seen:
    """Have cycles begin by chance, so many a second on average, whether or not others are done.

    A cycle's time counts from when it was due, so waiting for a rater to be free is part of it.
    """
    rng = random.Random(20261126)
    gaps = (rng.expovariate(rate) for _ in itertools.count())
    due = list(itertools.takewhile(lambda at: at < seconds, itertools.accumulate(gaps)))
    places = itertools.count()
    seen = Seen()
    gate = threading.Barrier(len(crowd) + 1)
    started: list[float] = []

    def sit(begin: Begin) -> None:
        cycle = _begun(begin, gate, seen)
        if not started:
            started.append(time.perf_counter())
        while cycle is not None and (place := next(places)) < len(due):
            at = started[0] + due[place]
            time.sleep(max(0.0, at - time.perf_counter()))
            cycle = _counted(cycle, at, seen)

    _run([threading.Thread(target=sit, args=(begin,)) for begin in crowd], gate, seen)
    return seen


def _begun(begin: Begin, gate: threading.Barrier, seen: Seen) -> Cycle | None:
    """Wait until everybody has begun; None where this one could not."""
    cycle = None
    try:
        cycle = begin()
    except (Fault, OSError, LookupError, ValueError) as error:
        seen.faults.append(repr(error))
    gate.wait(WAIT)
    return cycle


def _counted(cycle: Cycle, started: float, seen: Seen) -> Cycle | None:
    """Do one cycle and note how long it took; None where it failed, which ends the sitting."""
    try:
        cycle()
    except (Fault, OSError, LookupError, ValueError) as error:
        seen.faults.append(repr(error))
        return None
    seen.took.append(time.perf_counter() - started)
    return cycle


def _run(threads: Sequence[threading.Thread], gate: threading.Barrier, seen: Seen) -> None:
    for thread in threads:
        thread.start()
    gate.wait(WAIT)
    started = time.perf_counter()
    for thread in threads:
        thread.join()
    seen.passed = time.perf_counter() - started
