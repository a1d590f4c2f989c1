"""One connection to the API: tokens, retries that do nothing twice, pages, files."""

import json
import random
import time
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeVar, overload
from urllib.parse import quote

import httpx

from . import problems
from .reading import read

Model = TypeVar("Model")
Tell = Callable[[str, float], None]
# Of the answer: the server is busy or not itself, and says nothing about the request.
_AGAIN = frozenset({429, 502, 503, 504})
_MOST_TRIES = 6
_LONGEST_WAIT = 30.0
_TIMEOUT = httpx.Timeout(60.0, connect=10.0)
_FIRST_REFUSAL = 400
_PARTIAL = 206


class Connection:
    """Calls the API of one Evenhand with one token.

    Each POST carries an `Idempotency-Key`, so that whatever is tried again is done once.
    """

    def __init__(
        self,
        address: str,
        token: str,
        *,
        transport: httpx.BaseTransport | None = None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        """Call the Evenhand at `address`; `transport` and `sleep` are for tests."""
        self._http = httpx.Client(
            base_url=f"{address.rstrip('/')}/api/v1",
            headers={"Authorization": f"Bearer {token}", "User-Agent": "evenhand-client"},
            timeout=_TIMEOUT,
            transport=transport,
        )
        self._sleep = sleep
        # The mark of what was read last, for `if_match`.
        self.etag: str | None = None

    def __enter__(self) -> Self:
        """Return itself; leaving closes it."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close the connection."""
        self.close()

    def close(self) -> None:
        """Close the connection."""
        self._http.close()

    def send(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
        **body: Any,
    ) -> httpx.Response:
        """Send a request until it is answered; `body` is as httpx takes it.

        Raises
        ------
        Problem
            The API refused it.
        NoAnswer
            Nobody answered, six times.
        """
        asked = dict(headers or {})
        if method == "POST":
            asked.setdefault("Idempotency-Key", uuid.uuid4().hex)
        why = ""
        for attempt in range(_MOST_TRIES):
            try:
                answer = self._http.request(method, path, params=query, headers=asked, **body)
            except httpx.TransportError as error:
                why = f"{type(error).__name__}: {error}"
                self._sleep(_pause(attempt, None))
                continue
            if answer.status_code in _AGAIN and attempt + 1 < _MOST_TRIES:
                why = f"HTTP {answer.status_code}"
                self._sleep(_pause(attempt, answer.headers.get("Retry-After")))
                continue
            if answer.status_code >= _FIRST_REFUSAL:
                raise problems.of(answer.status_code, _json(answer))
            self.etag = answer.headers.get("ETag", self.etag)
            return answer
        raise problems.NoAnswer(f"{self._http.base_url} does not answer: {why}")

    @overload
    def _call(self, gives: None, *told: str, **given: Any) -> None: ...
    @overload
    def _call(self, gives: type[Model], *told: str, **given: Any) -> Model: ...
    def _call(self, gives: type[Model] | None, *told: str, **given: Any) -> Model | None:
        """Make the call of an operation and return its answer as a model."""
        answer = self._operation(*told, **given)
        if gives is None:
            return None
        model: Model = read(gives, answer.json())
        return model

    def _plain(self, *told: str, **given: Any) -> dict[str, Any]:
        """Make a call whose answer is given as it came."""
        answer: dict[str, Any] = self._operation(*told, **given).json()
        return answer

    def _pages(self, item: type[Model], *told: str, **given: Any) -> Iterator[Model]:
        """Yield all that a list holds, page after page, each asked for when it is needed."""
        query = dict(given.pop("query", {}))
        while True:
            page = self._operation(*told, query=query, **given).json()
            for each in page["items"]:
                yield read(item, each)
            if page["next"] is None:
                return
            query["cursor"] = page["next"]

    def _operation(
        self,
        name: str,
        method: str,
        pattern: str,
        *,
        path: Mapping[str, Any] | None = None,
        query: Mapping[str, Any] | None = None,
        header: Mapping[str, str | None] | None = None,
        body: Mapping[str, Any] | None = None,
        needed: Sequence[str] = (),
        definition: Any = None,
        file: Mapping[str, Any] | None = None,
    ) -> httpx.Response:
        del name
        values = {key: quote(str(value), safe="") for key, value in (path or {}).items()}
        sent = {
            key: value
            for key, value in (body or {}).items()
            if value is not None or key in needed
        }  # fmt: skip
        more: dict[str, Any] = {}
        headers = {}
        if header and header.get("if_match"):
            headers["If-Match"] = str(header["if_match"])
        if isinstance(definition, str):
            more["content"] = definition.encode()
            headers["Content-Type"] = "application/yaml"
        elif definition is not None:
            more["json"] = definition
        elif file is not None:
            more["files"] = {"file": (file["filename"], file["content"])}
            more["data"] = {key: _field(value) for key, value in sent.items()}
        elif body is not None:
            more["json"] = sent
        return self.send(
            method,
            pattern.format_map(values),
            query={key: value for key, value in (query or {}).items() if value is not None},
            headers=headers,
            **more,
        )

    def download(self, path: str, to: Path, tell: Tell | None = None, size: int = 0) -> Path:
        """Write a file of the API to a new one here; a download that breaks off goes on.

        Raises
        ------
        FileExistsError
            Nothing is written over.
        Problem, NoAnswer
        """
        part = to.with_name(f".{to.name}.part")
        if to.exists():
            raise FileExistsError(f"There is a {to} already.")
        with part.open("wb") as target:
            mark = None
            for attempt in range(_MOST_TRIES):
                headers = {"Accept-Encoding": "identity"}
                if mark is not None:
                    headers |= {"Range": f"bytes={target.tell()}-", "If-Range": mark}
                try:
                    with self._http.stream("GET", path, headers=headers) as answer:
                        if answer.status_code in _AGAIN:
                            answer.read()
                            self._sleep(_pause(attempt, answer.headers.get("Retry-After")))
                            continue
                        if answer.status_code >= _FIRST_REFUSAL:
                            answer.read()
                            raise problems.of(answer.status_code, _json(answer))
                        if answer.status_code != _PARTIAL:
                            target.seek(0)
                            target.truncate()
                        mark = answer.headers.get("ETag")
                        for piece in answer.iter_raw():
                            target.write(piece)
                            if tell is not None and size:
                                tell("fetching", target.tell() / size)
                    break
                except httpx.TransportError:
                    self._sleep(_pause(attempt, None))
            else:
                raise problems.NoAnswer(f"{path} could not be fetched whole.")
        part.rename(to)
        return to


def _pause(attempt: int, asked: str | None) -> float:
    """Return how long to wait before the next try: as asked, else ever longer, by chance."""
    if asked is not None and asked.isdigit():
        return min(_LONGEST_WAIT, float(asked))
    longest = min(_LONGEST_WAIT, 0.5 * float(2**attempt))
    return longest * random.uniform(0.5, 1.0)  # noqa: S311 - spreads load


def _json(answer: httpx.Response) -> object:
    try:
        return answer.json()
    except ValueError:
        return None


def _field(value: Any) -> str:
    """Return a field of a form as the API reads it."""
    if isinstance(value, dict | list | bool):
        return json.dumps(value)
    return str(value)
