"""What a route declares: who may call it, what it takes, what it gives."""

from collections.abc import Callable
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, Literal, Protocol

from pydantic import BaseModel, ConfigDict

Scope = Literal["public", "read", "write"]
Role = Literal["viewer", "researcher", "admin"]
# JSON, JSON or YAML, or a form with a file.
Body = Literal["json", "definition", "file"]


class Answer(BaseModel):
    """What the API gives: of what it is made from, only the fields that are named."""

    model_config = ConfigDict(from_attributes=True)


class Asked(BaseModel):
    """What the API takes; a field that nobody knows is a mistake, and told."""

    model_config = ConfigDict(extra="forbid")


class View(Protocol):
    """A route's function: it gets the call, and what stands in the address."""

    __name__: str
    __doc__: str | None

    def __call__(self, call: Any, /, **address: Any) -> Any:
        """Return what `gives` can be made of, None, or a response of its own."""


@dataclass(frozen=True)
class Operation:
    """One route. `id` is the function's name, which clients are generated from.

    `stands` is the view whose answer `If-Match` is about. `prepare` is called before the
    transaction, with no connection held. `finish` adds to an answer what is never kept. Without
    `is_one_transaction` the view opens its own. What reaches `beyond` one study is not for tokens
    of one study alone.
    """

    id: str
    method: str
    path: str
    chapter: str
    view: View
    scope: Scope
    role: Role
    gives: type[BaseModel] | None
    status: HTTPStatus
    takes: type[BaseModel] | None
    body: Body
    asks: type[BaseModel] | None
    conflicts: bool
    stands: View | None
    prepare: Callable[[Any], None] | None
    finish: Callable[[BaseModel], None] | None
    is_one_transaction: bool
    beyond: bool
    sends: str
    in_parts: bool

    @property
    def is_read(self) -> bool:
        """Whether it changes nothing."""
        return self.method == "GET"

    @property
    def summary(self) -> str:
        """The first line of the function's docstring."""
        return (self.view.__doc__ or "").split("\n\n")[0].replace("\n    ", " ").strip()

    @property
    def description(self) -> str:
        """All of the docstring behind that line."""
        _, _, rest = (self.view.__doc__ or "").partition("\n\n")
        return " ".join(rest.split())


@dataclass
class Chapter:
    """Routes about one thing."""

    name: str
    told: str
    operations: list[Operation] = field(default_factory=list)

    def get(self, path: str, **says: Any) -> Callable[[Any], Any]:
        """Declare a route that reads."""
        return self._declare("GET", path, {"scope": "read", **says})

    def post(self, path: str, **says: Any) -> Callable[[Any], Any]:
        """Declare a route that does something, once for each `Idempotency-Key`."""
        return self._declare("POST", path, says)

    def put(self, path: str, **says: Any) -> Callable[[Any], Any]:
        """Declare a route that makes something be as it is said."""
        return self._declare("PUT", path, says)

    def delete(self, path: str, **says: Any) -> Callable[[Any], Any]:
        """Declare a route that takes something away."""
        return self._declare("DELETE", path, {"status": HTTPStatus.NO_CONTENT, **says})

    def _declare(self, method: str, path: str, says: dict[str, Any]) -> Callable[[Any], Any]:
        usual: dict[str, Any] = {
            "scope": "write",
            "role": "viewer" if method == "GET" else "researcher",
            "gives": None,
            "status": HTTPStatus.OK,
            "takes": None,
            "body": "json",
            "asks": None,
            "conflicts": method != "GET",
            "stands": None,
            "prepare": None,
            "finish": None,
            "is_one_transaction": True,
            "beyond": False,
            "sends": "application/json",
            "in_parts": False,
        }

        def declare(view: View) -> View:
            self.operations.append(
                Operation(
                    id=view.__name__,
                    method=method,
                    path=path,
                    chapter=self.name,
                    view=view,
                    **{**usual, **says},
                )
            )
            return view

        return declare
