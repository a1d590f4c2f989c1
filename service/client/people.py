"""Models and calls about invites, raters, submissions, norming; written by `make openapi`."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from .connection import Connection
from .studies import Named


@dataclass(frozen=True)
class Invite:
    """A link that lets people rate."""

    handle: str
    kind: Literal["personal", "shared"]
    label: str
    created_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None
    address: str = None  # type: ignore[assignment]


@dataclass(frozen=True)
class InviteList:
    """All invites of a study, the newest first."""

    items: list[Invite]


@dataclass(frozen=True)
class InvitesMade:
    """Links that were made, and how many names had one that still lets in."""

    items: list[Invite]
    known: int


@dataclass(frozen=True)
class Counted:
    """So many of so many."""

    number: int
    of: int


@dataclass(frozen=True)
class Rater:
    """One rater at a glance: numbers of their own, nothing that shows who is ahead."""

    pseudonym: str
    name: str
    judged: int
    seconds: float | None
    repeats: Counted
    gold: Counted
    left_out: int
    reasons: list[str]
    is_sighted: bool
    is_finished: bool


@dataclass(frozen=True)
class RaterPage:
    """Some of a study's raters; pages have a size of their own."""

    items: list[Rater]
    next: str | None


@dataclass(frozen=True)
class Changed:
    """How much was left out, or counts again."""

    judgements: int
    flagged: int


@dataclass(frozen=True)
class Flag:
    """A problem that a rater reported; while the study is sealed, without whom it concerns."""

    number: int
    prompt_key: str
    configurations: list[str]
    kind: str
    note: str
    pseudonym: str
    standing: str
    created_at: datetime
    lifted: str
    about: int


@dataclass(frozen=True)
class FlagList:
    """All flags of a study, matchup by matchup."""

    items: list[Flag]


@dataclass(frozen=True)
class Lifted:
    """How many flags stood."""

    number: int


@dataclass(frozen=True)
class Submission:
    """A prompt that a rater suggested; `text` as they wrote it."""

    number: int
    text: str
    pseudonym: str
    state: Literal["waiting", "accepted", "declined"]
    doubts: list[str]
    prompt: str
    became: str
    created_at: datetime
    decided_at: datetime | None
    decided_by: str
    because: str


@dataclass(frozen=True)
class SubmissionPage:
    """Some of what was suggested, the oldest first; pages have a size of their own."""

    items: list[Submission]
    next: str | None


@dataclass(frozen=True)
class Taken:
    """How many prompts were made, and how many suggestions that settled."""

    prompts: int
    settled: int


@dataclass(frozen=True)
class Declined:
    """How many of them waited."""

    number: int


@dataclass(frozen=True)
class PanelAgreement:
    """Krippendorff's alpha with its interval, of so many matchups that several people judged."""

    units: int
    value: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True)
class PanelReason:
    """How often a reason was given with the one text, with the other, and with neither."""

    kind: str
    one: int
    other: int
    neither: int


@dataclass(frozen=True)
class PanelSplit:
    """What people said of a matchup; while the study is sealed, not of which text."""

    prompt: str
    prompt_text: str
    texts: list[str]
    names: list[str]
    one: int
    neither: int
    other: int
    divides: bool
    reasons: list[PanelReason]
    notes: list[str]


@dataclass(frozen=True)
class Norming:
    """All that the panel of a study tells, the matchups that divide people first."""

    study: str
    stage: Literal[
        "not_asked",
        "draft",
        "waits",
        "never",
        "too_few",
        "no_votes",
        "one_rater",
        "alone",
        "ties",
        "agreed",
        "divided",
    ]
    wanted: int
    size: int
    raters: int
    done: int
    holds: bool
    is_sealed: bool
    left_out: int
    released_by: str
    agreement: PanelAgreement
    dividing: int
    splits: list[PanelSplit]
    says: str
    criteria_proposed: list[str]


class People(Connection):
    """Calls about invites, raters, submissions, norming."""

    def list_invites(self, name: str) -> InviteList:
        """List the links of a study. They let people in, so the token's scope must be `write`."""
        return self._call(
            InviteList, "list_invites", "GET", "/studies/{name}/invites", path={"name": name}
        )

    def create_invite(
        self,
        name: str,
        *,
        kind: Literal["personal", "shared"],
        label: str | None = None,
        days: int | None = None,
    ) -> Invite:
        """Make a personal or a shared link."""
        return self._call(
            Invite,
            "create_invite",
            "POST",
            "/studies/{name}/invites",
            path={"name": name},
            body={"kind": kind, "label": label, "days": days},
            needed=["kind"],
        )

    def create_invites(
        self, name: str, *, names: list[str], days: int | None = None
    ) -> InvitesMade:
        """Make a personal link for each name.

        One that has a link that lets in gets no second one.
        """
        return self._call(
            InvitesMade,
            "create_invites",
            "POST",
            "/studies/{name}/invites/many",
            path={"name": name},
            body={"names": names, "days": days},
            needed=["names"],
        )

    def revoke_invite(self, name: str, handle: str) -> None:
        """Withdraw a link; the votes that came through it stay."""
        self._call(
            None,
            "revoke_invite",
            "POST",
            "/studies/{name}/invites/{handle}/revoke",
            path={"name": name, "handle": handle},
        )

    def list_raters(self, name: str) -> Iterator[Rater]:
        """Show how each rater judges, and what is left out and why."""
        return self._pages(
            Rater, "list_raters", "GET", "/studies/{name}/raters", path={"name": name}
        )

    def exclude_rater(self, name: str, rater: str, *, because: str) -> Changed:
        """Leave all that a rater has judged so far out of results, with the reason."""
        return self._call(
            Changed,
            "exclude_rater",
            "POST",
            "/studies/{name}/raters/{rater}/exclude",
            path={"name": name, "rater": rater},
            body={"because": because},
            needed=["because"],
        )

    def lift_exclusion(self, name: str, rater: str) -> Changed:
        """Let what was left out of a rater count again."""
        return self._call(
            Changed,
            "lift_exclusion",
            "POST",
            "/studies/{name}/raters/{rater}/lift",
            path={"name": name, "rater": rater},
        )

    def list_flags(self, name: str) -> FlagList:
        """List the problems that raters reported."""
        return self._call(
            FlagList, "list_flags", "GET", "/studies/{name}/flags", path={"name": name}
        )

    def lift_flags(self, name: str, flag: int, *, because: str) -> Lifted:
        """Have all flags of a matchup weigh nothing any more; they are kept, with the reason."""
        return self._call(
            Lifted,
            "lift_flags",
            "POST",
            "/studies/{name}/flags/{flag}/lift",
            path={"name": name, "flag": flag},
            body={"because": because},
            needed=["because"],
        )

    def list_submissions(
        self, name: str, *, state: Literal["waiting", "accepted", "declined"] | None = None
    ) -> Iterator[Submission]:
        """List prompts that raters suggested."""
        return self._pages(
            Submission,
            "list_submissions",
            "GET",
            "/studies/{name}/submissions",
            path={"name": name},
            query={"state": state},
        )

    def accept_submissions(
        self,
        name: str,
        *,
        numbers: list[int],
        tags: list[str] | None = None,
        text: str | None = None,
    ) -> Taken:
        """Make prompts of them; their answers are generated under the cap and dealt to others."""
        return self._call(
            Taken,
            "accept_submissions",
            "POST",
            "/studies/{name}/submissions/accept",
            path={"name": name},
            body={"numbers": numbers, "tags": tags, "text": text},
            needed=["numbers"],
        )

    def decline_submissions(
        self, name: str, *, numbers: list[int], because: str | None = None
    ) -> Declined:
        """Decline those that wait; nothing is deleted."""
        return self._call(
            Declined,
            "decline_submissions",
            "POST",
            "/studies/{name}/submissions/decline",
            path={"name": name},
            body={"numbers": numbers, "because": because},
            needed=["numbers"],
        )

    def get_norming(self, name: str) -> Norming:
        """Say how people split on the panel, and what they give as reasons."""
        return self._call(
            Norming, "get_norming", "GET", "/studies/{name}/norming", path={"name": name}
        )

    def let_go_on(self, name: str) -> Norming:
        """Deal more than the panel.

        Or draw it from what is finished where answers are to come.
        """
        return self._call(
            Norming, "let_go_on", "POST", "/studies/{name}/norming/go-on", path={"name": name}
        )

    def split_criterion(self, name: str, *, title: str, criteria: list[str]) -> Named:
        """Make a draft of the same configurations and prompts, which asks for these criteria."""
        return self._call(
            Named,
            "split_criterion",
            "POST",
            "/studies/{name}/norming/split",
            path={"name": name},
            body={"title": title, "criteria": criteria},
            needed=["title", "criteria"],
        )
