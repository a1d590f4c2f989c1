"""Routes of results: votes as stored, leaderboards, decisions. A sealed study shows none."""

from datetime import datetime
from http import HTTPStatus

from pydantic import Field

from service.domain.leaderboard import Leaderboard
from service.reporting import changes
from service.reporting.words import ENGLISH
from service.usecases.sighted import listings
from service.usecases.sighted.results import decisions, elsewhere, preregistrations, read, unsealing
from service.web.api import paging
from service.web.api.calls import Call
from service.web.api.operations import Answer, Asked, Chapter
from service.web.api.paging import Page, Paged

chapter = Chapter("Results", "Votes, leaderboards and decisions.")
MOST_ID = 2_147_483_647


class Vote(Answer):
    """A vote as stored: what was pressed, and which configuration that preferred."""

    id: int
    assignment: int = Field(description="Revisions of one judgement share it.")
    revision: int
    kind: str = Field(description="`regular` counts; repeats, gold and practice do not.")
    prompt: str = Field(description="The key of its prompt.")
    first: str
    second: str
    rater: str
    origin: str = Field(description="`blind`, or `imported` from a file.")
    choice: str | None = Field(description="What was pressed; null where it was taken back.")
    outcome: str | None = Field(description="The same by configuration: `first`, `second`, …")
    stands: bool = Field(description="It is what the rater says now.")
    is_late: bool
    is_excluded: bool
    rater_is_sighted: bool
    duration_ms: int | None
    voted_at: datetime


class VotePage(Page):
    """Some of a study's votes."""

    items: list[Vote]


class LeaderboardLine(Answer):
    """A leaderboard that is kept."""

    id: int
    created_at: datetime
    votes: int
    is_readable: bool = Field(description="False where an older Evenhand wrote it.")


class LeaderboardPage(Page):
    """Some of a study's leaderboards."""

    items: list[LeaderboardLine]


class StoredLeaderboard(Answer):
    """A leaderboard with everything needed to read and recompute it."""

    id: int
    study: str
    digest: str = Field(description="The hash of what is stored; decisions name it.")
    created_at: datetime
    votes: int
    pending: int = Field(description="Changes of votes that it has not seen.")
    board: Leaderboard | None = Field(description="Null where it is being computed anew.")


class NewestLeaderboard(Answer):
    """The newest leaderboard; null before the first one."""

    leaderboard: StoredLeaderboard | None


class NewDecision(Asked):
    """What is decided, by whom and why."""

    chosen: str | None = Field(max_length=200, description="A configuration; null: none of them.")
    decided_by: str = Field(min_length=1, max_length=decisions.MAX_NAME)
    reason: str = Field("", max_length=decisions.MAX_REASON)
    leaderboard_id: int | None = Field(
        None, ge=1, le=MOST_ID, description="On which leaderboard; null: on the newest."
    )


class Decision(Answer):
    """What was decided on a leaderboard, which is kept for good."""

    number: int
    leaderboard_id: int
    chosen: str | None
    decided_by: str
    reason: str
    is_against: bool = Field(description="The card recommended something else, or nothing.")
    said: list[str] = Field(description="The card as it read then.")
    digest: str
    recorded_by: str
    created_at: datetime


class Preregistration(Answer):
    """What a study declared when it opened; `digest` is the SHA-256 of `text`, a JSON document."""

    study: str
    text: str
    digest: str
    created_at: datetime
    is_intact: bool = Field(description="What is stored is what was frozen.")


class Unsealing(Asked):
    """Why a sealed study is unsealed early: it stands beside the result for good."""

    because: str = Field(min_length=1, max_length=unsealing.MAX_REASON)


class RatingThere(Answer):
    """A rating on the scale of another study, at 95 %."""

    points: float
    low: float
    high: float


class Elsewhere(Answer):
    """A configuration of the same fingerprint in another study."""

    configuration: str
    study: str
    title: str
    called: str = Field(description="What it is called there.")
    is_sealed: bool = Field(description="The other study shows no result: no rating, no votes.")
    rating: RatingThere | None
    votes: int


class ElsewhereList(Answer):
    """Where else configurations of a study stand; ratings of two studies are no comparison."""

    items: list[Elsewhere]


class Moments(Asked):
    """Which two leaderboards are compared; the oldest that is kept and the newest, if not said."""

    before: int | None = Field(None, ge=1, le=MOST_ID)
    after: int | None = Field(None, ge=1, le=MOST_ID)


class Change(Answer):
    """What changed between two leaderboards of one study, in sentences and as a table."""

    before: int
    after: int
    said: list[str]
    columns: list[str]
    rows: list[list[str]]


class NewestChange(Answer):
    """What changed; null before two leaderboards can be compared."""

    change: Change | None


class DecisionList(Answer):
    """All decisions of a study, the one that stands first."""

    items: list[Decision]


@chapter.get("/studies/<name>/votes", gives=VotePage, asks=Paged, conflicts=True)
def list_votes(call: Call, name: str) -> VotePage:
    """List votes as stored, every revision of them.

    While people vote, one that is stored at the same moment as another may appear behind the last
    cursor: read from the beginning for a full count.
    """
    page = call.asked(Paged)
    found = listings.votes_of(call.session, name, paging.read(page.cursor), page.limit)
    return VotePage(
        items=[Vote.model_validate(each) for each in found.items],
        next=paging.write(found.next_after),
    )


@chapter.get("/studies/<name>/leaderboards", gives=LeaderboardPage, asks=Paged, conflicts=True)
def list_leaderboards(call: Call, name: str) -> LeaderboardPage:
    """List the leaderboards that are kept, the oldest first."""
    page = call.asked(Paged)
    found = listings.leaderboards(call.session, name, paging.read(page.cursor), page.limit)
    return LeaderboardPage(
        items=[LeaderboardLine.model_validate(each) for each in found.items],
        next=paging.write(found.next_after),
    )


@chapter.get("/studies/<name>/leaderboards/latest", gives=NewestLeaderboard, conflicts=True)
def get_latest_leaderboard(call: Call, name: str) -> NewestLeaderboard:
    """Return the newest leaderboard."""
    found = read.latest(call.session, name)
    shown = None if found is None else StoredLeaderboard.model_validate(found)
    return NewestLeaderboard(leaderboard=shown)


@chapter.get(
    f"/studies/<name>/leaderboards/<int(max={MOST_ID}):leaderboard>",
    gives=StoredLeaderboard,
    conflicts=True,
)
def get_leaderboard(call: Call, name: str, leaderboard: int) -> read.LeaderboardView | None:
    """Return one leaderboard by its number."""
    return read.at(call.session, name, leaderboard)


@chapter.get(
    "/studies/<name>/leaderboards/compare", gives=NewestChange, asks=Moments, conflicts=True
)
def compare_leaderboards(call: Call, name: str) -> NewestChange:
    """Return what changed between two leaderboards that are kept."""
    asked = call.asked(Moments)
    kept = [one.id for one in read.kept(call.session, name)]
    if not kept:
        return NewestChange(change=None)
    ids = (asked.before or kept[-1], asked.after or kept[0])
    old, new = (read.at(call.session, name, one) for one in ids)
    if old is None or new is None or old.board is None or new.board is None:
        return NewestChange(change=None)
    table = changes.table(old.board, new.board, ENGLISH)
    return NewestChange(
        change=Change(
            before=ids[0],
            after=ids[1],
            said=changes.sentences(old.board, new.board, ENGLISH),
            columns=list(table.columns),
            rows=[list(row) for row in table.rows],
        )
    )


@chapter.get("/studies/<name>/elsewhere", gives=ElsewhereList, conflicts=True)
def list_elsewhere(call: Call, name: str) -> ElsewhereList:
    """List other studies in which configurations of the same fingerprint stand."""
    found = elsewhere.find_elsewhere(call.session, name)
    return ElsewhereList(items=[Elsewhere.model_validate(each) for each in found])


@chapter.get("/studies/<name>/preregistration", gives=Preregistration, conflicts=True)
def get_preregistration(call: Call, name: str) -> preregistrations.PreregistrationView:
    """Return what a study declared before anybody looked."""
    return preregistrations.declared(call.session, name)


@chapter.post("/studies/<name>/unseal", takes=Unsealing, role="admin", status=HTTPStatus.NO_CONTENT)
def unseal_study(call: Call, name: str) -> None:
    """Show results before the stop rule is met, for good; that stands as a deviation."""
    because = call.sent(Unsealing).because
    unsealing.unseal(call.session, name, call.holder.account.name, because, call.now)


@chapter.get("/studies/<name>/decisions", gives=DecisionList, conflicts=True)
def list_decisions(call: Call, name: str) -> DecisionList:
    """List what was decided."""
    made = decisions.of_study(call.session, name)
    return DecisionList(items=[Decision.model_validate(each) for each in made])


@chapter.post(
    "/studies/<name>/decisions", gives=Decision, takes=NewDecision, status=HTTPStatus.CREATED
)
def record_decision(call: Call, name: str) -> decisions.DecisionView:
    """Record a decision on a leaderboard, which is then kept for good.

    Where the leaderboard recommends something else, or nothing, a reason is needed.
    """
    sent = call.sent(NewDecision)
    return decisions.decide(
        call.session,
        name,
        sent.leaderboard_id,
        sent.chosen,
        sent.decided_by,
        sent.reason,
        call.holder.account.name,
        call.now,
    )
