"""Models and calls about results; written by `make openapi`."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from .connection import Connection


@dataclass(frozen=True)
class Vote:
    """A vote as stored: what was pressed, and which configuration that preferred."""

    id: int
    assignment: int
    revision: int
    kind: str
    prompt: str
    first: str
    second: str
    rater: str
    origin: str
    choice: str | None
    outcome: str | None
    stands: bool
    is_late: bool
    is_excluded: bool
    rater_is_sighted: bool
    duration_ms: int | None
    voted_at: datetime


@dataclass(frozen=True)
class VotePage:
    """Some of a study's votes."""

    next: str | None
    items: list[Vote]


@dataclass(frozen=True)
class LeaderboardLine:
    """A leaderboard that is kept."""

    id: int
    created_at: datetime
    votes: int
    is_readable: bool


@dataclass(frozen=True)
class LeaderboardPage:
    """Some of a study's leaderboards."""

    next: str | None
    items: list[LeaderboardLine]


@dataclass(frozen=True)
class StoredLeaderboard:
    """A leaderboard with everything needed to read and recompute it."""

    id: int
    study: str
    digest: str
    created_at: datetime
    votes: int
    pending: int
    board: dict[str, Any] | None


@dataclass(frozen=True)
class NewestLeaderboard:
    """The newest leaderboard; null before the first one."""

    leaderboard: StoredLeaderboard | None


@dataclass(frozen=True)
class Change:
    """What changed between two leaderboards of one study, in sentences and as a table."""

    before: int
    after: int
    said: list[str]
    columns: list[str]
    rows: list[list[str]]


@dataclass(frozen=True)
class NewestChange:
    """What changed; null before two leaderboards can be compared."""

    change: Change | None


@dataclass(frozen=True)
class RatingThere:
    """A rating on the scale of another study, at 95 %."""

    points: float
    low: float
    high: float


@dataclass(frozen=True)
class Elsewhere:
    """A configuration of the same fingerprint in another study."""

    configuration: str
    study: str
    title: str
    called: str
    is_sealed: bool
    rating: RatingThere | None
    votes: int


@dataclass(frozen=True)
class ElsewhereList:
    """Where else configurations of a study stand; ratings of two studies are no comparison."""

    items: list[Elsewhere]


@dataclass(frozen=True)
class Preregistration:
    """What a study declared when it opened; `digest` is the SHA-256 of `text`, a JSON document."""

    study: str
    text: str
    digest: str
    created_at: datetime
    is_intact: bool


@dataclass(frozen=True)
class Decision:
    """What was decided on a leaderboard, which is kept for good."""

    number: int
    leaderboard_id: int
    chosen: str | None
    decided_by: str
    reason: str
    is_against: bool
    said: list[str]
    digest: str
    recorded_by: str
    created_at: datetime


@dataclass(frozen=True)
class DecisionList:
    """All decisions of a study, the one that stands first."""

    items: list[Decision]


class Results(Connection):
    """Calls about results."""

    def list_votes(self, name: str, *, limit: int | None = None) -> Iterator[Vote]:
        """List votes as stored, every revision of them.

        While people vote, one that is stored at the same moment as another may appear
        behind the last cursor: read from the beginning for a full count.
        """
        return self._pages(
            Vote,
            "list_votes",
            "GET",
            "/studies/{name}/votes",
            path={"name": name},
            query={"limit": limit},
        )

    def list_leaderboards(
        self, name: str, *, limit: int | None = None
    ) -> Iterator[LeaderboardLine]:
        """List the leaderboards that are kept, the oldest first."""
        return self._pages(
            LeaderboardLine,
            "list_leaderboards",
            "GET",
            "/studies/{name}/leaderboards",
            path={"name": name},
            query={"limit": limit},
        )

    def get_latest_leaderboard(self, name: str) -> NewestLeaderboard:
        """Return the newest leaderboard."""
        return self._call(
            NewestLeaderboard,
            "get_latest_leaderboard",
            "GET",
            "/studies/{name}/leaderboards/latest",
            path={"name": name},
        )

    def get_leaderboard(self, name: str, leaderboard: int) -> StoredLeaderboard:
        """Return one leaderboard by its number."""
        return self._call(
            StoredLeaderboard,
            "get_leaderboard",
            "GET",
            "/studies/{name}/leaderboards/{leaderboard}",
            path={"name": name, "leaderboard": leaderboard},
        )

    def compare_leaderboards(
        self, name: str, *, before: int | None = None, after: int | None = None
    ) -> NewestChange:
        """Return what changed between two leaderboards that are kept."""
        return self._call(
            NewestChange,
            "compare_leaderboards",
            "GET",
            "/studies/{name}/leaderboards/compare",
            path={"name": name},
            query={"before": before, "after": after},
        )

    def list_elsewhere(self, name: str) -> ElsewhereList:
        """List other studies in which configurations of the same fingerprint stand."""
        return self._call(
            ElsewhereList, "list_elsewhere", "GET", "/studies/{name}/elsewhere", path={"name": name}
        )

    def get_preregistration(self, name: str) -> Preregistration:
        """Return what a study declared before anybody looked."""
        return self._call(
            Preregistration,
            "get_preregistration",
            "GET",
            "/studies/{name}/preregistration",
            path={"name": name},
        )

    def unseal_study(self, name: str, *, because: str) -> None:
        """Show results before the stop rule is met, for good; that stands as a deviation."""
        self._call(
            None,
            "unseal_study",
            "POST",
            "/studies/{name}/unseal",
            path={"name": name},
            body={"because": because},
            needed=["because"],
        )

    def list_decisions(self, name: str) -> DecisionList:
        """List what was decided."""
        return self._call(
            DecisionList, "list_decisions", "GET", "/studies/{name}/decisions", path={"name": name}
        )

    def record_decision(
        self,
        name: str,
        *,
        chosen: str | None,
        decided_by: str,
        reason: str | None = None,
        leaderboard_id: int | None = None,
    ) -> Decision:
        """Record a decision on a leaderboard, which is then kept for good.

        Where the leaderboard recommends something else, or nothing, a reason is needed.
        """
        return self._call(
            Decision,
            "record_decision",
            "POST",
            "/studies/{name}/decisions",
            path={"name": name},
            body={
                "chosen": chosen,
                "decided_by": decided_by,
                "reason": reason,
                "leaderboard_id": leaderboard_id,
            },
            needed=["chosen", "decided_by"],
        )
