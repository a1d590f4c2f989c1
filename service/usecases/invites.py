"""Lets raters in: invites, personal and shared, and the cookie that says who is rating."""

import hashlib
import hmac
import ipaddress
import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from service.domain.study import StudyState, UnknownStudy
from service.errors import Invalid, NotAllowed, NotFound, TooMuch
from service.store import raters, shares, studies, votes
from service.store.models import Invite, Rater, RaterDetail
from service.store.raters import Sitter
from service.usecases import accounts
from service.usecases.blind import progress

MAX_NAME = 80
MOST_DAYS = 3650
# So many may begin through a shared link within an hour before any of them has judged a thing:
# more than any meeting has people, and few enough places that they can hold in vain. Whoever plays
# with a link shuts that one alone: another link lets people in at once.
MOST_UNTRIED = 200
UNTRIED_FOR = timedelta(hours=1)
# So many may begin within a day through one shared link, and from one address on the internet.
MOST_THROUGH_LINK = 2000
MOST_FROM_ADDRESS = 300
A_DAY = timedelta(days=1)
IPV4 = 4
_HANDLE = 12
_SIGNATURE_CHARACTERS = 32  # 128 bits in hexadecimal


class InviteInvalid(NotFound):
    """The invite is unknown, withdrawn or expired."""


class TooManyBegan(TooMuch):
    """More people have begun than any real group: somebody plays with the link."""


class RaterUnknown(NotAllowed):
    """The browser does not hold the rater's cookie."""


@dataclass(frozen=True)
class RaterPass:
    """What a rater's browser needs: where to go, what to keep."""

    handle: str
    cookie_token: str
    personal_link_token: str


@dataclass(frozen=True)
class InviteOpened:
    """What the landing page of an invite says."""

    kind: str
    study_id: int
    study_title: str
    instructions: str
    rater: RaterPass | None
    is_over: bool
    language: str | None


@dataclass(frozen=True)
class InviteView:
    """An invite as the researcher sees it."""

    handle: str
    kind: str
    label: str
    link_token: str
    created_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None

    def lets_in(self, now: datetime) -> bool:
        """Tell whether the link still leads to the study."""
        return self.revoked_at is None and (self.expires_at is None or self.expires_at >= now)


def make(
    session: Session,
    study_name: str,
    kind: str,
    label: str,
    now: datetime,
    key: str,
    days: int | None = None,
) -> InviteView:
    """Make a personal link (one rater) or a shared one (makes a rater for whoever starts).

    With `days` it lets nobody in after so many; who has begun by then may go on.
    """
    if kind not in {"personal", "shared"}:
        raise Invalid("An invite is either personal or shared.")
    if days is not None and not 1 <= days <= MOST_DAYS:
        raise Invalid("An invite ends after 1 to %(most)s days, or never.", most=f"{MOST_DAYS:,}")
    study = studies.by_name(session, study_name)
    if study is None:
        raise UnknownStudy("There is no study called %(name)s.", name=repr(study_name))
    rater = _make_rater(session, study.id, label, now) if kind == "personal" else None
    invite = _add_invite(session, study.id, kind, label, rater, now)
    invite.expires_at = None if days is None else now + timedelta(days=days)
    return _view(invite, key)


def of_study(session: Session, study_name: str, key: str) -> list[InviteView]:
    """Return a study's invites, the newest first."""
    study = studies.by_name(session, study_name)
    if study is None:
        raise UnknownStudy("There is no study called %(name)s.", name=repr(study_name))
    return [_view(invite, key) for invite in raters.invites(session, study.id)]


def revoke(session: Session, study_name: str, handle: str, now: datetime) -> None:
    """Withdraw an invite; votes that came through it stay.

    A personal one ends its rater's sitting: what still arrives is stored as late.
    """
    study = studies.by_name(session, study_name)
    invite = raters.invite_by_handle(session, handle)
    if study is None or invite is None or invite.study_id != study.id:
        raise InviteInvalid("There is no such invite.")
    invite.revoked_at = invite.revoked_at or now
    if invite.rater_id is not None:
        progress.finish(session, invite.rater_id, now)


def open_invite(session: Session, link_token: str, now: datetime, key: str) -> InviteOpened:
    """Return what an invite leads to; a personal one brings its rater along.

    Raises
    ------
    InviteInvalid
    """
    invite = _checked_invite(session, link_token, now, key)
    study = studies.by_id(session, invite.study_id)
    held = None
    if invite.rater_id is not None:
        held = _pass_for(raters.by_id(session, invite.rater_id), invite, key)
    return InviteOpened(
        kind=invite.kind,
        study_id=study.id,
        study_title=study.title,
        instructions=study.instructions,
        rater=held,
        is_over=study.state == StudyState.CLOSED,
        language=study.language,
    )


def start_rating(
    session: Session,
    link_token: str,
    name: str,
    now: datetime,
    key: str,
    press: str = "",
    address: str = "",
) -> RaterPass:
    """Begin a sitting: the rater of a personal link, or a new one with a link of their own.

    `press` is what one showing of a shared link's page sends along: it makes one rater,
    however often Start is pressed there. `address` is where somebody new comes from; a mark of
    it is kept for a day, and no mark of addresses that many people share anyway.

    Raises
    ------
    InviteInvalid, TooManyBegan
    """
    invite = _checked_invite(session, link_token, now, key)
    if invite.rater_id is None:
        handle = _sign(key, "press", f"{invite.handle}:{press}")[:_HANDLE] if press else ""
        mark = _mark_of(address, key)
        if not (handle and raters.by_handle(session, handle)):
            _check_crowd(session, invite, mark, now)
        shared = invite
        rater, invite = _newcomer(session, shared.study_id, name, now, handle)
        rater.invite_id, rater.address_mark = shared.id, mark
    else:
        rater = raters.by_id(session, invite.rater_id)
    rater.started_at = rater.started_at or now
    session.flush()
    return _pass_for(rater, invite, key)


def _check_crowd(session: Session, invite: Invite, mark: str | None, now: datetime) -> None:
    """Raise where more have begun than any real group; one who counts waits for the one before."""
    studies.lock(session, invite.study_id)
    raters.forget_addresses(session, invite.study_id, now - A_DAY)
    began = raters.count_begun(session, invite.study_id, invite.id, mark, now - A_DAY)
    if (
        raters.count_untried(session, invite.study_id, invite.id, now - UNTRIED_FOR) >= MOST_UNTRIED
        or began.through_link >= MOST_THROUGH_LINK
        or began.from_address >= MOST_FROM_ADDRESS
    ):
        raise TooManyBegan(
            "Very many people have begun here just now. Please try again in an hour."
        )


def _mark_of(address: str, key: str) -> str | None:
    """Return a mark of an address on the internet, None for one of a network or machine of ours.

    Behind a proxy that does not say who asks, all share the proxy's address.
    """
    try:
        where = ipaddress.ip_address(address)
    except ValueError:
        return None
    if not where.is_global:
        return None
    # One household has a whole network of IPv6 addresses.
    wide = where if where.version == IPV4 else ipaddress.ip_network(f"{where}/64", strict=False)
    return _sign(key, "address", str(wide))


def known_at(
    session: Session, link_token: str, kept_token: str, now: datetime, key: str
) -> RaterPass | None:
    """Return whom a shared link knows by the personal link that this browser kept, if anybody."""
    if not kept_token:
        return None
    invite = _checked_invite(session, link_token, now, key)
    try:
        kept = _checked_invite(session, kept_token, now, key)
    except InviteInvalid:
        return None
    if kept.rater_id is None or kept.study_id != invite.study_id:
        return None
    return _pass_for(raters.by_id(session, kept.rater_id), kept, key)


def rater_of(session: Session, handle: str, cookie_token: str, key: str) -> int:
    """Return the id of the rater whose cookie this is.

    Raises
    ------
    RaterUnknown
        Also for a handle that does not exist: the same answer for both.
    """
    return sitter_of(session, handle, cookie_token, key).rater_id


def sitter_of(
    session: Session, handle: str, cookie_token: str, key: str, *, is_locked: bool = False
) -> Sitter:
    """Return the rater whose cookie this is, and what their study asks, in one query.

    `is_locked` has other acts of this rater wait until this transaction ends.

    Raises
    ------
    RaterUnknown
        Also for a handle that does not exist: the same answer for both.
    """
    is_theirs = hmac.compare_digest(cookie_token.encode(), _sign(key, "rater", handle).encode())
    sitter = raters.sitter_at(session, handle, is_locked=is_locked) if is_theirs else None
    if sitter is None:
        raise RaterUnknown("Please open the link you were sent once more, then go on rating.")
    return sitter


def personal_link_of(session: Session, rater_id: int, key: str) -> str | None:
    """Return the token of a rater's own link, None where they have none."""
    invite = raters.invite_of_rater(session, rater_id)
    return None if invite is None or invite.revoked_at is not None else link_token(invite, key)


def note_sighted(
    session: Session,
    rater_id: int,
    sighted_session_token: str | None,
    seen: Collection[str],
    now: datetime,
) -> None:
    """Mark a rater whose browser is signed in to the sighted side; answers never show it.

    Or whose browser has seen a report of this study through a shared link: `seen` are handles.
    """
    rater = raters.by_id(session, rater_id)
    if rater.is_sighted:
        return
    is_signed_in = bool(sighted_session_token) and (
        accounts.account_of(session, sighted_session_token or "", now) is not None
    )
    if is_signed_in or (seen and shares.is_any_of(session, rater.study_id, seen)):
        rater.is_sighted = True
        votes.mark_rater_dirty(session, rater.study_id, rater.id)


def _newcomer(
    session: Session, study_id: int, name: str, now: datetime, handle: str
) -> tuple[Rater, Invite]:
    """Return the rater of a handle with their personal invite, made unless already there."""
    try:
        with session.begin_nested():
            rater = _make_rater(session, study_id, name, now, handle)
            return rater, _add_invite(session, study_id, "personal", name, rater, now)
    except IntegrityError:
        known = raters.by_handle(session, handle)
        invite = None if known is None else raters.invite_of_rater(session, known.id)
        if known is None or invite is None:
            raise
        return known, invite


def _make_rater(
    session: Session, study_id: int, name: str, now: datetime, handle: str = ""
) -> Rater:
    rater = Rater(
        study_id=study_id,
        handle=handle or secrets.token_urlsafe(9),
        pseudonym=f"rater-{secrets.token_hex(4)}",
        origin="invite",
        is_sighted=False,
        created_at=now,
    )
    session.add(rater)
    session.flush()
    if name.strip():
        session.add(RaterDetail(rater_id=rater.id, name=name.strip()[:MAX_NAME], note=""))
    return rater


def _add_invite(
    session: Session, study_id: int, kind: str, label: str, rater: Rater | None, now: datetime
) -> Invite:
    invite = Invite(
        study_id=study_id,
        handle=secrets.token_urlsafe(9),
        kind=kind,
        label=label.strip()[:MAX_NAME],
        rater_id=None if rater is None else rater.id,
        created_at=now,
    )
    session.add(invite)
    session.flush()
    return invite


def _checked_invite(session: Session, link_token: str, now: datetime, key: str) -> Invite:
    handle, _, signature = link_token.rpartition(".")
    invite = raters.invite_by_handle(session, handle)
    good = hmac.compare_digest(signature.encode(), _sign(key, "invite", handle).encode())
    if invite is None or not good or invite.revoked_at is not None:
        raise InviteInvalid("This link does not lead anywhere. Ask for a new one.")
    if invite.expires_at is not None and invite.expires_at < now:
        raise InviteInvalid("This link has expired. Ask for a new one.")
    return invite


def _pass_for(rater: Rater, invite: Invite, key: str) -> RaterPass:
    return RaterPass(
        handle=rater.handle,
        cookie_token=_sign(key, "rater", rater.handle),
        personal_link_token=link_token(invite, key),
    )


def _view(invite: Invite, key: str) -> InviteView:
    return InviteView(
        handle=invite.handle,
        kind=invite.kind,
        label=invite.label,
        link_token=link_token(invite, key),
        created_at=invite.created_at,
        expires_at=invite.expires_at,
        revoked_at=invite.revoked_at,
    )


def link_token(invite: Invite, key: str) -> str:
    """Return the token of an invite's link."""
    return token_of(invite.handle, key)


def token_of(handle: str, key: str) -> str:
    """Return the token of the link of an invite with this handle."""
    return f"{handle}.{_sign(key, 'invite', handle)}"


def _sign(key: str, purpose: str, handle: str) -> str:
    """Return a signature of 128 bits: links need no row that a thief could read."""
    mark = hmac.new(key.encode(), f"{purpose}:{handle}".encode(), hashlib.sha256).hexdigest()
    return mark[:_SIGNATURE_CHARACTERS]
