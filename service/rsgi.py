"""The application as granian finds it, `service.rsgi:app`: no thread waits for a slow client.

Pages are plain WSGI (`service.wsgi`) and run in a few threads. Here a request's body is first read
whole, beside those threads and within bounds of time and size, a large one onto the disk, and what
has been answered is sent by the server alone. So clients who send half a body hold their own
connections and nothing else.
"""

import asyncio
import io
import resource
import sys
import tempfile
from collections import Counter
from collections.abc import AsyncIterable, Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from http import HTTPStatus
from typing import IO, Any, Protocol

from service.web import security

# Whether the process lives is answered by a thread of its own, for it must be told when all others
# are busy.
LIVENESS = "/livez"

Answer = tuple[int, list[tuple[str, str]], bytes]
Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


class Headers(Protocol):
    """The headers of a request, as granian gives them."""

    def items(self) -> list[tuple[str, str]]:
        """Return names in lower case and values, in the order in which they came."""


class Scope(Protocol):
    """What granian tells of a request before its body."""

    proto: str
    http_version: str
    server: str
    client: str
    scheme: str
    method: str
    path: str
    query_string: str
    headers: Headers


class Exchange(AsyncIterable[bytes], Protocol):
    """A request's body, and the way back."""

    def response_bytes(self, status: int, headers: list[tuple[str, str]], body: bytes) -> None:
        """Send an answer."""


@dataclass(frozen=True)
class Bounds:
    """How long and how large bodies may be.

    A body has `most` bytes, by default what its path may bring. It has `seconds`, and one more for
    every `bytes_a_second` that have arrived; but `silence` ends it, however much has come: else
    those who stop just before the end would hold all the room there is for hours. Up to `small`
    bytes are always taken; what larger ones hold together in memory stays below `held`. What has
    more than `in_memory` lies in files, which together stay below `on_disk` until they are
    answered. One address may have `unfinished` bodies under way: a proxy sends each in one go and
    never comes near.
    """

    seconds: float = 20.0
    bytes_a_second: int = 4096
    silence: float = 60.0
    most: int | None = None
    small: int = 16 * 1024
    held: int = 64 * 1024 * 1024
    in_memory: int = 1024 * 1024
    on_disk: int = 1024 * 1024 * 1024
    unfinished: int = 256


class _Refused(Exception):
    """A body is not taken; the page that says so is the application's."""

    def __init__(self, status: HTTPStatus) -> None:
        super().__init__(status)
        self.status = status


class Server:
    """Reads bodies, runs a WSGI application in threads, and sends what it answers."""

    def __init__(
        self, application: Application, threads: int, bounds: Bounds | None = None
    ) -> None:
        """Serve an application by so many threads; they start when they are needed."""
        self._application = application
        self._bounds = bounds or Bounds()
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="web")
        self._liveness = ThreadPoolExecutor(1, thread_name_prefix="liveness")
        self._held = 0
        self._on_disk = 0
        self._unfinished: Counter[str] = Counter()

    async def __rsgi__(self, scope: Scope, exchange: Exchange) -> None:
        """Answer one request."""
        environ, on_disk = _environ(scope), 0
        try:
            environ["wsgi.input"] = await self._body(environ, exchange)
            size = int(environ.get("CONTENT_LENGTH", 0))
            on_disk = size if size > self._bounds.in_memory else 0
        except _Refused as refused:
            environ[security.REFUSED] = refused.status
            environ["wsgi.input"] = io.BytesIO()
        pool = self._liveness if scope.path == LIVENESS else self._pool
        loop = asyncio.get_running_loop()
        self._on_disk += on_disk
        try:
            # It stays until the answer is on its way: else granian answers for it.
            await loop.run_in_executor(pool, self._respond, environ, exchange)
        finally:
            self._on_disk -= on_disk

    def __rsgi_del__(self, loop: asyncio.AbstractEventLoop) -> None:
        """Let what is being answered end."""
        del loop
        self._pool.shutdown(wait=True)

    async def _body(self, environ: dict[str, Any], exchange: Exchange) -> IO[bytes]:
        """Return the body whole, from its beginning, and note its length.

        Raises
        ------
        _Refused
            It is too large (nothing of it is read where it says so itself), too slow, breaks off,
            or there is no room for it now.
        """
        declared = environ.get("CONTENT_LENGTH")
        if declared is None and "HTTP_TRANSFER_ENCODING" not in environ:
            return io.BytesIO()
        most = self._bounds.most or security.most_of(environ["PATH_INFO"])
        if declared is not None and int(declared) > most:
            raise _Refused(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        sender = environ["REMOTE_ADDR"]
        if self._unfinished[sender] >= self._bounds.unfinished:
            raise _Refused(HTTPStatus.SERVICE_UNAVAILABLE)
        self._unfinished[sender] += 1
        with ExitStack() as refused:
            body = refused.enter_context(tempfile.SpooledTemporaryFile(self._bounds.in_memory))
            try:
                size = await self._read(exchange, most, body)
            except TimeoutError:
                raise _Refused(HTTPStatus.REQUEST_TIMEOUT) from None
            except RuntimeError:  # granian's word for a body that breaks off
                raise _Refused(HTTPStatus.BAD_REQUEST) from None
            finally:
                self._unfinished -= Counter([sender])
            if declared is not None and size != int(declared):
                raise _Refused(HTTPStatus.BAD_REQUEST)
            refused.pop_all()  # whoever has answered closes it
        body.seek(0)
        environ["CONTENT_LENGTH"] = str(size)
        environ.pop("HTTP_TRANSFER_ENCODING", None)
        return body

    async def _read(self, exchange: Exchange, most: int, body: IO[bytes]) -> int:
        """Write what arrives into a body; return its size."""
        size, in_memory, on_disk = 0, 0, 0
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(self._bounds.seconds) as deadline:
                async for piece in exchange:
                    size += len(piece)
                    if size > most:
                        raise _Refused(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
                    self._held -= in_memory
                    self._on_disk -= on_disk
                    is_filed = size > self._bounds.in_memory
                    in_memory = size if size > self._bounds.small and not is_filed else 0
                    on_disk = size if is_filed else 0
                    self._held += in_memory
                    self._on_disk += on_disk
                    is_full = in_memory and self._held > self._bounds.held
                    if is_full or (on_disk and self._on_disk > self._bounds.on_disk):
                        raise _Refused(HTTPStatus.SERVICE_UNAVAILABLE)
                    body.write(piece)
                    if (until := deadline.when()) is not None:
                        earned = until + len(piece) / self._bounds.bytes_a_second
                        deadline.reschedule(min(earned, loop.time() + self._bounds.silence))
        finally:
            self._held -= in_memory
            self._on_disk -= on_disk
        return size

    def _respond(self, environ: dict[str, Any], exchange: Exchange) -> None:
        with environ["wsgi.input"]:
            answer = _answer(self._application, environ)
        exchange.response_bytes(*answer)


def _answer(application: Application, environ: dict[str, Any]) -> Answer:
    """Return what a WSGI application answers, whole."""
    started: list[tuple[str, list[tuple[str, str]]]] = []

    def start(status: str, headers: list[tuple[str, str]], trouble: object = None) -> None:
        del trouble  # nothing has been sent yet, so there is nothing to take back
        started.append((status, headers))

    pieces = application(environ, start)
    try:
        body = b"".join(pieces)
    finally:
        close = getattr(pieces, "close", None)
        if close is not None:
            close()
    status, headers = started[-1]
    return int(status[:3]), headers, body


def _environ(scope: Scope) -> dict[str, Any]:
    """Return a request as WSGI (PEP 3333) tells it, but for the body."""
    host, _, port = scope.server.rpartition(":")
    client, _, client_port = scope.client.rpartition(":")
    environ: dict[str, Any] = {
        "REQUEST_METHOD": scope.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": scope.path.encode().decode("latin-1"),
        "QUERY_STRING": scope.query_string,
        "SERVER_NAME": host.strip("[]"),
        "SERVER_PORT": port,
        "SERVER_PROTOCOL": f"HTTP/{scope.http_version}",
        "REMOTE_ADDR": client.strip("[]"),
        "REMOTE_PORT": client_port,
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope.scheme,
        "wsgi.errors": sys.stderr,
        "wsgi.input_terminated": True,
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }
    for name, value in scope.headers.items():
        if "_" in name:  # else it would pass for the header that is written with a hyphen
            continue
        key = name.upper().replace("-", "_")
        if key not in {"CONTENT_TYPE", "CONTENT_LENGTH"}:
            key = f"HTTP_{key}"
        if key in environ:
            value = f"{environ[key]}{'; ' if key == 'HTTP_COOKIE' else ','}{value}"  # noqa: PLW2901
        environ[key] = value
    return environ


def make() -> Server:
    """Return the application of this process's environment, ready for granian."""
    from service import wsgi  # noqa: PLC0415 - nothing is collected while it loads
    from service.settings import Settings  # noqa: PLC0415

    # Each connection is an open file; the usual limit is below what the server would take.
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    return Server(wsgi.app, Settings.from_environ().web_threads)
