"""What somebody should do next with a study, in one sentence."""

from collections.abc import Sequence
from dataclasses import dataclass

from service.reporting.words import Words
from service.usecases.invites import InviteView
from service.usecases.sighted.studies.overviews import StudySummary, StudyView


@dataclass(frozen=True)
class Step:
    """The next step: what to do, and the page and place where it is done."""

    text: str
    endpoint: str = "studio.show_study"
    anchor: str | None = None


def of_summary(study: StudySummary, words: Words) -> Step:
    """Return the next step as the list of studies names it."""
    if study.state == "draft":
        text = words.gettext("Next: see what it will take, then open it")
        return Step(text, "studio.estimate")
    if study.state == "closed":
        text = words.gettext("Closed: read the leaderboard, export the preferences")
        return Step(text, "studio.leaderboard")
    return _of_open(study, words)


def _of_open(study: StudySummary, words: Words) -> Step:
    if study.is_stuck:
        return Step(words.gettext("Nothing can be rated: see what failed"), anchor="generation")
    if study.votes:
        text = words.gettext("Votes are coming in: read the leaderboard")
        return Step(text, "studio.leaderboard")
    if study.completions_total and not study.completions_ready:
        text = words.gettext("The first completions are being generated: watch")
        return Step(text, anchor="generation")
    if not study.is_invited:
        return Step(words.gettext("Next: invite a rater"), anchor="invites")
    return Step(words.gettext("Waiting for the first vote"), anchor="raters")


def of_study(study: StudyView, links: Sequence[InviteView], words: Words) -> str | None:
    """Return the next step as the study's own page names it, None where it runs by itself."""
    live = [link for link in links if link.revoked_at is None]
    is_brought = all(each.model is None for each in study.configurations)
    if study.state == "draft" and study.states.get("ready") and is_brought:
        return words.gettext("Next: open the study. Its answers are there, and it can be rated.")
    if study.state == "draft":
        return words.gettext(
            "Next: see the plan, then open the study. It generates and can be rated."
        )
    if study.is_stuck:
        return words.gettext(
            "Nothing can be rated: no prompt has two answers. See below what failed and why; mend "
            "it, then try again."
        )
    if study.state == "open" and not live:
        return words.gettext(
            "Next: invite a rater. Make a link below and send it; they need no account."
        )
    return None
