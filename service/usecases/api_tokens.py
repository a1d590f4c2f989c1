"""Lets programs act for a person: tokens that are shown once, bounded, and withdrawn at will."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from service.errors import Conflict, Invalid, NotAllowed, NotFound
from service.store import accounts, api_tokens, models
from service.usecases.accounts import AccountView
from service.usecases.sighted import lookup

# From the least to the most that somebody may; what each scope needs of its owner.
ROLES = ("viewer", "researcher", "admin")
SCOPES = {"read": "viewer", "write": "researcher"}
PREFIX = "evh_"
MOST_DAYS = 365
USUAL_DAYS = 90
MOST_TOKENS = 100
MOST_LABEL = 80
# Last use is told to the minute: reading through the API should write next to nothing.
NOTED_EVERY = timedelta(minutes=1)


class ScopeTooWide(NotAllowed):
    """The token would be allowed more than its owner is."""


class UnknownToken(NotFound):
    """There is no such token of this owner."""


class TooManyTokens(Conflict):
    """The owner has more tokens than anybody keeps an eye on."""


@dataclass(frozen=True)
class TokenView:
    """A token as lists show it, without its secret; `study` is None where it is for all."""

    handle: str
    label: str
    scope: str
    owner: str
    study: str | None
    created_at: datetime
    expires_at: datetime
    last_used_at: datetime | None
    revoked_at: datetime | None

    def holds(self, now: datetime) -> bool:
        """Tell whether it can still be used, as far as its own dates say."""
        return self.revoked_at is None and self.expires_at > now


@dataclass(frozen=True)
class Holder:
    """Who calls through a token, and what the token allows."""

    token_id: int
    handle: str
    label: str
    account: AccountView
    scope: str
    study_id: int | None
    expires_at: datetime
    is_use_due: bool

    def may(self, role: str, scope: str) -> bool:
        """Tell whether owner and token both reach as far as a role and a scope."""
        return _reaches(self.account.role, role) and scope in {self.scope, "read"}


def make(
    session: Session,
    account_id: int,
    label: str,
    scope: str,
    study: str | None,
    days: int,
    now: datetime,
) -> tuple[str, TokenView]:
    """Make a token for an account; returns it, this once, and what lists show of it.

    Raises
    ------
    Invalid, UnknownStudy
    ScopeTooWide
        A viewer's programs may read and nothing else.
    TooManyTokens
    """
    account = accounts.by_id(session, account_id)
    if account is None or account.disabled_at is not None:
        raise UnknownToken("There is no such account.")
    called = " ".join(label.split())
    if not called or len(called) > MOST_LABEL or not called.isprintable():
        raise Invalid(
            "Say what the token is for, in 1 to %(most)s plain characters.", most=MOST_LABEL
        )
    if scope not in SCOPES:
        raise Invalid("A token may read, or write as well: its scope is read or write.")
    if not _reaches(account.role, SCOPES[scope]):
        raise ScopeTooWide(
            "Only researchers make tokens that write. Ask for the role, or make one that reads."
        )
    if not 1 <= days <= MOST_DAYS:
        raise Invalid("A token ends after 1 to %(most)s days.", most=MOST_DAYS)
    found = api_tokens.every(session, account_id)
    if sum(_view(*one).holds(now) for one in found) >= MOST_TOKENS:
        raise TooManyTokens("There are %(most)s tokens. Withdraw one first.", most=MOST_TOKENS)
    handle = secrets.token_hex(4)
    token = f"{PREFIX}{handle}_{secrets.token_urlsafe(32)}"
    row = models.ApiToken(
        account_id=account_id,
        study_id=None if study is None else lookup.find(session, study).id,
        handle=handle,
        token_hash=_hash(token),
        label=called,
        scope=scope,
        role=account.role,
        created_at=now,
        expires_at=now + timedelta(days=days),
    )
    session.add(row)
    session.flush()
    return token, _view(row, account.name, study)


def every(session: Session, account_id: int | None) -> list[TokenView]:
    """Return an account's tokens, or those of everybody, the newest first."""
    return [_view(*one) for one in api_tokens.every(session, account_id)]


def revoke(session: Session, account_id: int | None, handle: str, now: datetime) -> None:
    """Withdraw a token at once: one of this account, or anybody's where none is named.

    Raises
    ------
    UnknownToken
    """
    for row, *_ in api_tokens.every(session, account_id):
        if row.handle == handle:
            row.revoked_at = row.revoked_at or now
            return
    raise UnknownToken("There is no such token.")


def holder_of(session: Session, token: str, now: datetime) -> Holder | None:
    """Return who calls with a token; None where it does not hold.

    It is withdrawn, has ended, or its owner is gone or has a lesser role than when it was made.
    """
    found = api_tokens.live(session, _hash(token), now) if token.startswith(PREFIX) else None
    if found is None:
        return None
    row, account = found
    if account.disabled_at is not None or not _reaches(account.role, row.role):
        return None
    return Holder(
        token_id=row.id,
        handle=row.handle,
        label=row.label,
        account=AccountView(account.id, account.name, account.role),
        scope=row.scope,
        study_id=row.study_id,
        expires_at=row.expires_at,
        is_use_due=row.last_used_at is None or row.last_used_at + NOTED_EVERY <= now,
    )


def note_use(session: Session, holder: Holder, now: datetime) -> None:
    """Note when a token was used last."""
    api_tokens.note_use(session, holder.token_id, now)


def _reaches(role: str, least: str) -> bool:
    return role in ROLES and ROLES.index(role) >= ROLES.index(least)


def _view(row: models.ApiToken, owner: str, study: str | None) -> TokenView:
    return TokenView(
        handle=row.handle,
        label=row.label,
        scope=row.scope,
        owner=owner,
        study=study,
        created_at=row.created_at,
        expires_at=row.expires_at,
        last_used_at=row.last_used_at,
        revoked_at=row.revoked_at,
    )


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
