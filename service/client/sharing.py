"""Models and calls about sharing; written by `make openapi`."""

from dataclasses import dataclass
from datetime import datetime

from .connection import Connection


@dataclass(frozen=True)
class SharedLink:
    """A link to a report."""

    number: int
    leaderboard_id: int | None
    label: str
    shows_texts: bool
    created_at: datetime
    expires_at: datetime
    revoked_at: datetime | None


@dataclass(frozen=True)
class SharedLinkList:
    """All links to a study's reports, the newest first."""

    items: list[SharedLink]


@dataclass(frozen=True)
class SharedLinkMade:
    """A link that was just made."""

    number: int
    leaderboard_id: int | None
    label: str
    shows_texts: bool
    created_at: datetime
    expires_at: datetime
    revoked_at: datetime | None
    address: str = None  # type: ignore[assignment]


class Sharing(Connection):
    """Calls about sharing."""

    def list_shares(self, name: str) -> SharedLinkList:
        """List the links to a study's reports."""
        return self._call(
            SharedLinkList, "list_shares", "GET", "/studies/{name}/shares", path={"name": name}
        )

    def create_share(
        self,
        name: str,
        *,
        days: int,
        label: str | None = None,
        leaderboard_id: int | None = None,
        texts: bool | None = None,
    ) -> SharedLinkMade:
        """Make a link to a report that ends; who has it reads that, and nothing more."""
        return self._call(
            SharedLinkMade,
            "create_share",
            "POST",
            "/studies/{name}/shares",
            path={"name": name},
            body={"days": days, "label": label, "leaderboard_id": leaderboard_id, "texts": texts},
            needed=["days"],
        )

    def revoke_share(self, name: str, number: int) -> None:
        """Withdraw a link at once; whoever opens it is told so."""
        self._call(
            None,
            "revoke_share",
            "DELETE",
            "/studies/{name}/shares/{number}",
            path={"name": name, "number": number},
        )
