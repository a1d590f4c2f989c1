"""What somebody should do next with a study, in one sentence."""

from collections.abc import Sequence
from dataclasses import dataclass

from service.usecases.invites import InviteView
from service.usecases.sighted.studies.overviews import StudySummary, StudyView


@dataclass(frozen=True)
class Step:
    """The next step: what to do, and the page and place where it is done."""

    text: str
    endpoint: str = "studio.show_study"
    anchor: str | None = None


def of_summary(study: StudySummary) -> Step:
    """Return the next step as the list of studies names it."""
    if study.state == "draft":
        return Step("Next: see what it will take, then open it", "studio.estimate")
    if study.state == "closed":
        return Step("Closed: read the leaderboard, export the preferences", "studio.leaderboard")
    if study.votes:
        return Step("Votes are coming in: read the leaderboard", "studio.leaderboard")
    if study.completions_total and not study.completions_ready:
        return Step("The first completions are being generated: watch", anchor="generation")
    if not study.raters:
        return Step("Next: invite a rater", anchor="invites")
    return Step("Waiting for the first vote", anchor="raters")


def of_study(study: StudyView, links: Sequence[InviteView]) -> str | None:
    """Return the next step as the study's own page names it, None where it runs by itself."""
    live = [link for link in links if link.revoked_at is None]
    if study.state == "draft":
        return "Next: see the estimate, then open the study. It generates and can be rated."
    if study.state == "open" and not live:
        return "Next: invite a rater. Make a link below and send it; they need no account."
    return None
