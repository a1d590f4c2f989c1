"""The one way out: an HTTP transport with a size cap, no redirects, and a witness of each call."""

import contextvars
import ssl
import zlib
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from functools import cache
from typing import Any
from urllib.request import getproxies, proxy_bypass

import httpx

MAX_ANSWER_BYTES = 2 * 1024 * 1024
# How much of a body is kept to be read a second time: of an error, and of an answer.
_ERROR_BYTES = 4096
_ANSWER_BYTES = 256 * 1024
_FIRST_ERROR = 400
# One call at a time on each line: a shared pool looks at all of its connections for each call.
_LIMITS = httpx.Limits(max_connections=1, max_keepalive_connections=1)
# Answers are priced by us (`tariff`). Where one says its cost, litellm does not look for it in its
# list, which takes a sixth of the time that it needs for a call; nobody reads this figure.
_COST_IS_SAID = (b"x-litellm-response-cost", b"1")
_REDIRECTS = frozenset({301, 302, 303, 307, 308})


class AnswerTooLarge(httpx.TransportError):
    """The response is larger than we accept."""


class Redirected(httpx.TransportError):
    """The server points elsewhere; prompts and keys are not sent there."""


class UnknownEncoding(httpx.TransportError):
    """The response is compressed in a way we did not ask for."""


class Nobody:
    """Stands where a library would send requests of its own, beside the calls; refuses them all."""

    def get(self, *_ignored: Any, **_options: Any) -> None:
        """Refuse.

        Raises
        ------
        httpx.ConnectError
            As if nobody were there: libraries know what to do without.
        """
        raise httpx.ConnectError("no requests beside the calls")

    post = get


@dataclass
class Witness:
    """What really happened on the wire during one call, whatever a library makes of it."""

    requests: int = 0
    status: int | None = None
    content_type: str = ""
    retry_after: str = ""
    was_sent: bool = False
    trouble: Exception | None = None
    beginning: bytes | bytearray = field(default_factory=bytearray)


_witness: contextvars.ContextVar[Witness | None] = contextvars.ContextVar("witness", default=None)


def watch() -> Witness:
    """Return a fresh witness for the calls that this task makes from now on."""
    witness = Witness()
    _witness.set(witness)
    return witness


@cache
def tls() -> ssl.SSLContext:
    """Return the one TLS context: it costs 20 ms, so it is made before work-horses are forked."""
    return httpx.create_ssl_context()


class GuardedTransport(httpx.AsyncBaseTransport):
    """Sends requests as they are and refuses what could hurt us in the responses."""

    def __init__(self, **_ignored: Any) -> None:
        """Take and ignore the options of the factory this one stands in for."""
        self._lines: list[httpx.AsyncHTTPTransport] = []
        self._idle: dict[tuple[str | None, str], list[httpx.AsyncHTTPTransport]] = {}
        self._proxies: dict[tuple[str, str], str | None] = {}

    def _proxy(self, scheme: str, host: str) -> str | None:
        """Return the proxy that the system names; asked once, for that costs half a millisecond."""
        if (scheme, host) not in self._proxies:
            named = None if proxy_bypass(host) else getproxies().get(scheme)
            self._proxies[scheme, host] = named
        return self._proxies[scheme, host]

    def _line(self, url: httpx.URL) -> tuple[httpx.AsyncHTTPTransport, Callable[[], None]]:
        """Return an idle line: straight, or through the proxy that the system names.

        And what gives it back once its response is closed; one never given back is closed
        with the others.
        """
        proxy = self._proxy(url.scheme, url.host)
        idle = self._idle.setdefault((proxy, f"{url.scheme}://{url.netloc!r}"), [])
        if idle:
            line = idle.pop()
        else:
            line = httpx.AsyncHTTPTransport(
                verify=tls(), retries=0, trust_env=False, proxy=proxy, limits=_LIMITS
            )
            self._lines.append(line)

        def give_back() -> None:
            if line not in idle:
                idle.append(line)

        return line, give_back

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send one request.

        Raises
        ------
        AnswerTooLarge, Redirected, UnknownEncoding
            Before more than `MAX_ANSWER_BYTES` are held.
        httpx.TransportError
            As the network would have it.
        """
        witness = _witness.get() or Witness()
        witness.requests += 1
        request.headers["Accept-Encoding"] = "gzip"
        line, give_back = self._line(request.url)
        try:
            response = await line.handle_async_request(request)
        except Exception as error:
            give_back()
            witness.was_sent = not isinstance(error, httpx.ConnectError | httpx.ConnectTimeout)
            witness.trouble = error
            raise
        witness.was_sent = True
        witness.status = response.status_code
        witness.content_type = response.headers.get("content-type", "")
        witness.retry_after = response.headers.get("retry-after", "")
        if response.status_code in _REDIRECTS:
            await response.aclose()
            give_back()
            witness.trouble = Redirected("the server answered with a redirect")
            raise witness.trouble
        return _guarded(response, witness, give_back)

    async def aclose(self) -> None:
        """Close the connections."""
        for line in self._lines:
            await line.aclose()


def _guarded(
    response: httpx.Response, witness: Witness, give_back: Callable[[], None]
) -> httpx.Response:
    headers = [
        (name, value)
        for name, value in response.headers.raw
        if name.lower() not in {b"content-encoding", b"content-length", _COST_IS_SAID[0]}
    ]
    headers.append(_COST_IS_SAID)
    encoding = response.headers.get("content-encoding", "identity").strip().lower()
    return httpx.Response(
        response.status_code,
        headers=headers,
        stream=_Capped(response, encoding, witness, give_back),
        extensions=response.extensions,
    )


class _Capped(httpx.AsyncByteStream):
    """A body, decompressed here piece by piece so that a small bomb cannot grow."""

    def __init__(
        self,
        response: httpx.Response,
        encoding: str,
        witness: Witness,
        give_back: Callable[[], None],
    ) -> None:
        self._response = response
        self._encoding = encoding
        self._witness = witness
        self._give_back = give_back

    async def __aiter__(self) -> AsyncIterator[bytes]:
        try:
            async for piece in self._pieces():
                is_error = self._response.status_code >= _FIRST_ERROR
                kept = self._witness.beginning
                kept += piece[: (_ERROR_BYTES if is_error else _ANSWER_BYTES) - len(kept)]
                yield piece
        except (httpx.TransportError, zlib.error) as error:
            self._witness.trouble = error
            raise

    async def _pieces(self) -> AsyncIterator[bytes]:
        if self._encoding not in {"identity", "", "gzip", "x-gzip", "deflate"}:
            raise UnknownEncoding("the response is compressed in an unknown way")
        decoder = None if self._encoding in {"identity", ""} else zlib.decompressobj(47)
        room = MAX_ANSWER_BYTES
        stream = self._response.stream
        assert isinstance(stream, httpx.AsyncByteStream)  # noqa: S101 - tells the type checker
        async for raw in stream:
            piece = raw if decoder is None else decoder.decompress(raw, room + 1)
            room -= len(piece)
            if room < 0:
                raise AnswerTooLarge("the response is larger than 2 MiB")
            yield piece

    async def aclose(self) -> None:
        await self._response.aclose()
        self._give_back()
