"""Answers every call: token, limit, body, transaction, idempotency, ETag; routes do the rest."""

import hashlib
import json
import re
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from http import HTTPStatus
from typing import Any, TypeVar

from flask import Response, g, request
from pydantic import BaseModel, ValidationError

from service.database import Session, now
from service.errors import NotFound
from service.usecases import api_tokens, kept_answers
from service.usecases.api_tokens import Holder
from service.usecases.kept_answers import Answered
from service.usecases.sighted import lookup
from service.web import forms, security, services
from service.web.api import problems
from service.web.api.limits import Left
from service.web.api.operations import Asked, Operation
from service.web.api.shared_limits import SharedLimiter
from service.web.services import Services

Model = TypeVar("Model", bound=BaseModel)
YAML = frozenset({"application/yaml", "application/x-yaml", "text/yaml"})
LIMITER = "evenhand.api.limiter"
KEY_HEADER = "Idempotency-Key"
MOST_KEY = 255
_KEY = re.compile(r"[\x21-\x7e]{1,255}")
_TOKEN = re.compile(r"Bearer +([\x21-\x7e]{1,200})", re.IGNORECASE)


class Nothing(Asked):
    """No parameters and no fields."""


@dataclass
class Call:
    """One call as a route sees it; `after` is done once all is stored."""

    services: Services
    holder: Holder
    now: datetime
    query: BaseModel
    body: BaseModel
    text: str = ""
    address: dict[str, Any] = field(default_factory=dict)
    prepared: dict[str, Any] = field(default_factory=dict)
    after: list[Callable[[], object]] = field(default_factory=list)
    _session: Session | None = None

    @property
    def session(self) -> Session:
        """The transaction of the call."""
        if self._session is None:
            raise LookupError("this route opens its own transactions")
        return self._session

    def within(self, session: Session) -> "Call":
        """Return this call in a transaction."""
        self._session = session
        return self

    def asked(self, kind: type[Model]) -> Model:
        """Return the parameters of the address."""
        if not isinstance(self.query, kind):
            raise TypeError(f"the route does not declare {kind.__name__}")
        return self.query

    def sent(self, kind: type[Model]) -> Model:
        """Return the body."""
        if not isinstance(self.body, kind):
            raise TypeError(f"the route does not declare {kind.__name__}")
        return self.body


def handler(operation: Operation) -> Callable[..., Response]:
    """Return the function that Flask calls for a route."""

    def handle(**address: Any) -> Response:
        bundle = services.current()
        holder, moment = _holder(bundle, operation)
        call = Call(
            services=bundle,
            holder=holder,
            now=moment,
            query=_query(operation),
            body=Nothing(),
            address=address,
        )
        _check_study(operation, call)
        if operation.is_read:
            with bundle.database.reading() as session:
                made = operation.view(call.within(session), **address)
            response = _answer(operation, made)
            return unless_known(response)
        _read_body(operation, call)
        response = _change(operation, call)
        for ring in call.after:
            ring()
        return response

    handle.__name__ = operation.id
    return handle


def _holder(bundle: Services, operation: Operation) -> tuple[Holder, datetime]:
    """Return who calls, and the time; the token is noted as used, and its bucket is poorer."""
    limiter: SharedLimiter = g.api_limiter
    found = _TOKEN.fullmatch(request.headers.get("Authorization", "").strip())
    holder = None
    with bundle.database.reading() as session:
        moment = now(session)
        if found is not None:
            holder = api_tokens.holder_of(session, found[1], moment)
    who = f"address {security.client_address(bundle.settings)}"
    g.api_left = left = limiter.take(who if holder is None else f"token {holder.token_id}")
    if not left.is_allowed:
        raise problems.Overrun(
            "More requests came than %(limit)s a minute. Wait, then go on.", limit=left.limit
        )
    if holder is None:
        raise problems.NoToken(
            "Send the header `Authorization: Bearer TOKEN` with a token that holds. One is made on "
            "the page Tokens, or by: evenhand token create LABEL"
        )
    if holder.is_use_due:
        with bundle.database.transaction() as session:
            api_tokens.note_use(session, holder, moment)
    if not holder.may(operation.role, operation.scope):
        raise problems.OutOfReach(
            "This needs a token of the scope %(scope)s, made by a %(role)s.",
            scope=operation.scope,
            role=operation.role,
        )
    return holder, moment


def _check_study(operation: Operation, call: Call) -> None:
    """Refuse a token of one study everything that is not about it."""
    if call.holder.study_id is None:
        return
    name = call.address.get("name")
    if operation.beyond:
        raise problems.OutOfReach("The token is for one study, and this is for all of them.")
    if name is None and operation.is_read:
        return  # lists show this study alone
    with suppress(NotFound), call.services.database.reading() as session:
        if name is not None and lookup.find(session, name).id == call.holder.study_id:
            return
    raise problems.OutOfReach("The token is for another study alone.")


def _query(operation: Operation) -> BaseModel:
    given = request.args.to_dict(flat=False)
    asks = operation.asks or Nothing
    twice = next((name for name, values in given.items() if len(values) > 1), None)
    if twice is not None:
        fault = problems.Fault(detail="It is given twice.", parameter=twice[:80])
        raise problems.BadRequest("A parameter is given twice. Give it once.", [fault])
    for name, values in given.items():
        forms.storable(name)
        forms.storable(values[0])
    try:
        return asks.model_validate({name: values[0] for name, values in given.items()})
    except ValidationError as error:
        raise problems.of_query(error) from None


def _read_body(operation: Operation, call: Call) -> None:
    takes = operation.takes or Nothing
    if operation.body == "file":
        if request.mimetype != "multipart/form-data":
            raise problems.NotJson("Send a form of the type multipart/form-data.")
        told: dict[str, Any] = {name: forms.storable(it) for name, it in request.form.items()}
        call.body = _validated(takes, told, is_strict=False)
        return
    if operation.body == "definition" and request.mimetype in YAML:
        try:
            call.text = request.get_data().decode("utf-8")
        except UnicodeDecodeError:
            raise forms.BodyMalformed("The body is not UTF-8.") from None
        return
    if not request.get_data():
        if operation.takes is None:
            return
        raise forms.BodyMalformed("Send a JSON object as the body.")
    if not request.is_json:
        raise problems.NotJson("Send the body as JSON, with the header Content-Type.")
    call.body = _validated(takes, forms.read_json(), is_strict=True)


def _validated(takes: type[BaseModel], told: dict[str, Any], *, is_strict: bool) -> BaseModel:
    try:
        if is_strict:
            # As JSON, so that a day may be a text and a number may not.
            return takes.model_validate_json(json.dumps(told), strict=True)
        return takes.model_validate(told)
    except ValidationError as error:
        raise problems.of_body(error) from None


def _change(operation: Operation, call: Call) -> Response:
    """Do what a route does: in one transaction with what is kept of it, or in the route's own."""
    key = _key() if operation.method == "POST" else None
    database, token_id = call.services.database, call.holder.token_id
    digest = _request_hash()
    if operation.is_one_transaction:
        if operation.prepare is not None:
            operation.prepare(call)
        with database.transaction() as session:
            if key is not None:
                known = kept_answers.begin(session, token_id, key, digest, call.now)
                if known is not None:
                    return _again(operation, known)
            _check_unchanged(operation, call.within(session))
            answered = _done(operation, call)
            if key is not None:
                kept_answers.keep(session, token_id, key, answered)
        return _fresh(operation, answered)
    if key is None:
        return _fresh(operation, _done(operation, call))
    with database.transaction() as session:
        known = kept_answers.begin(session, token_id, key, digest, call.now)
    if known is not None:
        return _again(operation, known)
    try:
        answered = _done(operation, call)
    except Exception:
        with database.transaction() as session:
            kept_answers.release(session, token_id, key)
        raise
    with database.transaction() as session:
        kept_answers.keep(session, token_id, key, answered)
    return _fresh(operation, answered)


def _done(operation: Operation, call: Call) -> Answered:
    made = operation.view(call, **call.address)
    if operation.gives is None:
        return Answered(operation.status, "")
    return Answered(operation.status, _shaped(operation.gives, made).model_dump_json())


def _fresh(operation: Operation, answered: Answered) -> Response:
    body = answered.body
    if operation.finish is not None and operation.gives is not None:
        whole = operation.gives.model_validate_json(body)
        operation.finish(whole)
        body = whole.model_dump_json()
    return Response(body, answered.status, content_type="application/json" if body else None)


def _again(operation: Operation, answered: Answered) -> Response:
    response = _fresh(operation, answered)
    response.headers["Idempotent-Replayed"] = "true"
    return response


def _answer(operation: Operation, made: Any) -> Response:
    if isinstance(made, Response) or operation.gives is None:
        response: Response = made
        return response
    shaped = _shaped(operation.gives, made)
    if operation.finish is not None:
        operation.finish(shaped)
    return Response(shaped.model_dump_json(), 200, content_type="application/json")


def _shaped(gives: type[Model], made: Any) -> Model:
    return made if isinstance(made, gives) else gives.model_validate(made)


def etag(body: bytes) -> str:
    """Return the mark of an answer's contents, as the header ETag has it."""
    return f'"{hashlib.sha256(body).hexdigest()[:32]}"'


def unless_known(response: Response) -> Response:
    """Mark what is read, and send nothing where the caller has it already."""
    mark = response.headers.get("ETag") or etag(response.get_data())
    known = [one.strip().removeprefix("W/") for one in _listed("If-None-Match")]
    if "*" in known or mark in known:
        response.close()
        response = Response(status=HTTPStatus.NOT_MODIFIED)
    response.headers["ETag"] = mark
    return response


def _check_unchanged(operation: Operation, call: Call) -> None:
    """Refuse a change of something that is not any more as the caller read it.

    Raises
    ------
    Outdated
    """
    wanted = _listed("If-Match")
    if not wanted or operation.stands is None:
        return
    gives = g.api_gives[operation.stands.__name__]
    standing = _shaped(gives, operation.stands(call, **call.address))
    mark = etag(standing.model_dump_json().encode())
    if "*" not in wanted and mark not in wanted:
        raise problems.Outdated(
            "This has changed since you read it. Read it again, then change it."
        )


def _listed(header: str) -> list[str]:
    return [one.strip() for one in request.headers.get(header, "").split(",") if one.strip()]


def _key() -> str | None:
    key = request.headers.get(KEY_HEADER)
    if key is None:
        return None
    if _KEY.fullmatch(key) is None:
        raise problems.of_header(
            KEY_HEADER, f"It has 1 to {MOST_KEY} printable ASCII characters without spaces."
        )
    return key


def _request_hash() -> str:
    """Return what two requests have in common that ask the same: address, type and body."""
    digest = hashlib.sha256()
    if request.mimetype == "multipart/form-data":  # whose boundaries differ each time
        fields = sorted(request.form.items(multi=True))
        digest.update(json.dumps([request.method, request.full_path, fields]).encode())
        for name, file in sorted(request.files.items(multi=True)):
            digest.update(f"\0{name}\0{file.filename}\0".encode())
            while piece := file.stream.read(1 << 16):
                digest.update(piece)
            file.stream.seek(0)
        return digest.hexdigest()
    digest.update(f"{request.method} {request.full_path}\0{request.mimetype}\0".encode())
    digest.update(request.get_data())
    return digest.hexdigest()


def tell_limits(response: Response, left: Left) -> None:
    """Say in headers how much may still be asked."""
    response.headers["RateLimit-Limit"] = str(left.limit)
    response.headers["RateLimit-Remaining"] = str(left.remaining)
    response.headers["RateLimit-Reset"] = str(left.seconds)
