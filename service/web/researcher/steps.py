"""What somebody should do next with a study, in one sentence."""

from collections.abc import Sequence
from dataclasses import dataclass

from service.usecases.invites import InviteView
from service.usecases.sighted.studies import StudySummary, StudyView


@dataclass(frozen=True)
class Step:
    """The next step: what to do, and where on the study's pages ("" is the study itself)."""

    text: str
    place: str = "study"


def of_summary(study: StudySummary) -> Step:
    """Return the next step as the list of studies names it."""
    if study.state == "draft":
        return Step("Look at what it will cost, then open it.")
    if study.state == "closed":
        return Step("Closed. Read the leaderboard, export the preferences.", "leaderboard")
    if study.completions_total and not study.completions_ready:
        return Step("The first completions are being generated.")
    if not study.raters:
        return Step("Invite a rater.", "invites")
    if not study.votes:
        return Step("Waiting for the first vote.")
    return Step("Votes are coming in: read the leaderboard.", "leaderboard")


def of_study(study: StudyView, links: Sequence[InviteView]) -> Step | None:
    """Return the next step as the study's own page names it, None where it runs by itself."""
    live = [link for link in links if link.revoked_at is None]
    if study.state == "draft":
        return Step("see the estimate, then open the study: it generates and can be rated.")
    if study.state == "open" and not live:
        return Step(
            "invite a rater: make a link below and send it. They need no account.", "invites"
        )
    return None
