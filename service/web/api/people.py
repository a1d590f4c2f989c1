"""Routes of the people of a study: invites that let raters in, and raters by their pseudonyms."""

from datetime import datetime
from http import HTTPStatus
from typing import Literal

from pydantic import Field

from service.usecases import invites
from service.usecases.sighted.studies import exclusions, flags, habits, inviting
from service.web import services
from service.web.api import paging
from service.web.api.calls import Call
from service.web.api.operations import Answer, Asked, Chapter

invites_chapter = Chapter("Invites", "Links that let people rate.")
raters_chapter = Chapter("Raters", "Who judges, by pseudonym, and what of it is left out.")


class NewInvite(Asked):
    """A link to make."""

    kind: Literal["personal", "shared"] = Field(
        description="For one person, or one link for many of whom each gets their own."
    )
    label: str = Field("", max_length=invites.MAX_NAME, description="For your own list.")
    days: int | None = Field(
        None, ge=1, le=invites.MOST_DAYS, description="Lets nobody in after so many; null: never."
    )


class NewInvites(Asked):
    """Personal links to make, one for each name."""

    names: list[str] = Field(min_length=1, max_length=inviting.MOST_AT_ONCE)
    days: int | None = Field(None, ge=1, le=invites.MOST_DAYS)


class Invite(Answer):
    """A link that lets people rate."""

    handle: str
    kind: Literal["personal", "shared"]
    label: str
    address: str = Field("", description="The link to send; empty once it is withdrawn.")
    created_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None


class InviteList(Answer):
    """All invites of a study, the newest first."""

    items: list[Invite]


class InvitesMade(Answer):
    """Links that were made, and how many names had one that still lets in."""

    items: list[Invite]
    known: int


class Counted(Answer):
    """So many of so many."""

    number: int
    of: int


class Rater(Answer):
    """One rater at a glance: numbers of their own, nothing that shows who is ahead."""

    pseudonym: str
    name: str
    judged: int
    seconds: float | None = Field(description="The median time of a vote.")
    repeats: Counted = Field(description="Repeats that were judged as before.")
    gold: Counted = Field(description="Gold matchups that were judged right.")
    left_out: int
    reasons: list[str]
    is_sighted: bool
    is_finished: bool


class RaterPage(Answer):
    """Some of a study's raters; pages have a size of their own."""

    items: list[Rater]
    next: str | None


class RaterPageAsked(Asked):
    """Which page of raters is wanted."""

    cursor: str | None = Field(None, max_length=64, description="`next` of the page before.")


class Flag(Answer):
    """A problem that a rater reported; while the study is sealed, without whom it concerns."""

    number: int
    prompt_key: str
    configurations: list[str]
    kind: str
    note: str
    pseudonym: str
    standing: str = Field(description="`kept`, `withdraws`, `excluded` or `lifted`.")
    created_at: datetime
    lifted: str = Field(description="By whom and why; empty where it stands.")
    about: int = Field(description="The first flag of its matchup.")


class FlagList(Answer):
    """All flags of a study, matchup by matchup."""

    items: list[Flag]


class Lifted(Answer):
    """How many flags stood."""

    number: int


class Because(Asked):
    """Why something is left out: it stands beside it."""

    because: str = Field(min_length=1, max_length=exclusions.MAX_REASON)


class Changed(Answer):
    """How much was left out, or counts again."""

    judgements: int
    flagged: int


def _with_addresses(given: "Invite | InviteList | InvitesMade") -> None:
    """Fill links in, which are never stored: each follows from its handle and our key."""
    bundle = services.current()
    for each in [given] if isinstance(given, Invite) else given.items:
        if each.revoked_at is None:
            token = invites.token_of(each.handle, bundle.signing_key)
            each.address = f"{bundle.settings.web_address}/i/{token}"


@invites_chapter.get(
    "/studies/<name>/invites",
    gives=InviteList,
    scope="write",
    role="researcher",
    finish=_with_addresses,
)
def list_invites(call: Call, name: str) -> InviteList:
    """List the links of a study. They let people in, so the token's scope must be `write`."""
    found = invites.of_study(call.session, name, call.services.signing_key)
    return InviteList(items=[Invite.model_validate(each) for each in found])


@invites_chapter.post(
    "/studies/<name>/invites",
    gives=Invite,
    takes=NewInvite,
    status=HTTPStatus.CREATED,
    finish=_with_addresses,
)
def create_invite(call: Call, name: str) -> invites.InviteView:
    """Make a personal or a shared link."""
    sent = call.sent(NewInvite)
    key = call.services.signing_key
    return invites.make(call.session, name, sent.kind, sent.label, call.now, key, sent.days)


@invites_chapter.post(
    "/studies/<name>/invites/many",
    gives=InvitesMade,
    takes=NewInvites,
    status=HTTPStatus.CREATED,
    finish=_with_addresses,
)
def create_invites(call: Call, name: str) -> InvitesMade:
    """Make a personal link for each name; one that has a link that lets in gets no second one."""
    sent = call.sent(NewInvites)
    key = call.services.signing_key
    done = inviting.make_for(call.session, name, sent.names, call.now, key, sent.days)
    items = [Invite.model_validate(each) for each in done.made]
    return InvitesMade(items=items, known=done.known)


@invites_chapter.post("/studies/<name>/invites/<handle>/revoke", status=HTTPStatus.NO_CONTENT)
def revoke_invite(call: Call, name: str, handle: str) -> None:
    """Withdraw a link; the votes that came through it stay."""
    invites.revoke(call.session, name, handle, call.now)


@raters_chapter.get("/studies/<name>/raters", gives=RaterPage, asks=RaterPageAsked)
def list_raters(call: Call, name: str) -> RaterPage:
    """Show how each rater judges, and what is left out and why."""
    after = paging.read(call.asked(RaterPageAsked).cursor)
    found = habits.of_study(call.session, name, after)
    return RaterPage(
        items=[_rater(each) for each in found.raters], next=paging.write(found.next_after)
    )


@raters_chapter.post("/studies/<name>/raters/<path:rater>/exclude", gives=Changed, takes=Because)
def exclude_rater(call: Call, name: str, rater: str) -> exclusions.Changed:
    """Leave all that a rater has judged so far out of results, with the reason."""
    because = call.sent(Because).because
    return exclusions.exclude(call.session, name, rater, because, call.now)


@raters_chapter.post("/studies/<name>/raters/<path:rater>/lift", gives=Changed)
def lift_exclusion(call: Call, name: str, rater: str) -> exclusions.Changed:
    """Let what was left out of a rater count again."""
    return exclusions.lift(call.session, name, rater, call.now)


@raters_chapter.get("/studies/<name>/flags", gives=FlagList)
def list_flags(call: Call, name: str) -> FlagList:
    """List the problems that raters reported."""
    found = flags.of_study(call.session, name)
    return FlagList(items=[Flag.model_validate(each) for each in found])


@raters_chapter.post(
    "/studies/<name>/flags/<int(max=2147483647):flag>/lift", gives=Lifted, takes=Because
)
def lift_flags(call: Call, name: str, flag: int) -> Lifted:
    """Have all flags of a matchup weigh nothing any more; they are kept, with the reason."""
    because = call.sent(Because).because
    by = call.holder.account.name
    return Lifted(number=flags.lift(call.session, name, flag, because, by, call.now))


def _rater(each: habits.HabitsView) -> Rater:
    right, of = each.gold
    return Rater(
        pseudonym=each.pseudonym,
        name=each.name,
        judged=each.judged,
        seconds=each.seconds,
        repeats=Counted(number=each.repeats.agreed, of=each.repeats.repeated),
        gold=Counted(number=right, of=of),
        left_out=each.left_out,
        reasons=list(each.reasons),
        is_sighted=each.is_sighted,
        is_finished=each.is_finished,
    )
