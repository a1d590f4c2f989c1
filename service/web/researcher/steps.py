"""What somebody should do next with a study, and how far it is, each in one sentence."""

from collections.abc import Sequence
from dataclasses import dataclass

from service.reporting.states import called
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
    if study.votes:
        text = words.gettext("Votes are coming in: read the leaderboard")
        return Step(text, "studio.leaderboard")
    if study.completions_total and not study.completions_ready:
        text = words.gettext("The first completions are being generated: watch")
        return Step(text, anchor="generation")
    if not study.raters:
        return Step(words.gettext("Next: invite a rater"), anchor="invites")
    return Step(words.gettext("Waiting for the first vote"), anchor="raters")


def of_study(study: StudyView, links: Sequence[InviteView], words: Words) -> str | None:
    """Return the next step as the study's own page names it, None where it runs by itself."""
    live = [link for link in links if link.revoked_at is None]
    if study.state == "draft":
        return words.gettext(
            "Next: see the estimate, then open the study. It generates and can be rated."
        )
    if study.state == "open" and not live:
        return words.gettext(
            "Next: invite a rater. Make a link below and send it; they need no account."
        )
    return None


def summary(study: StudySummary, words: Words) -> list[str]:
    """Return how large a study is and how far it has come, phrase by phrase."""
    said = [
        words.ngettext(
            "%(number)s configuration", "%(number)s configurations", study.configurations
        ),
        words.ngettext("%(number)s prompt", "%(number)s prompts", study.prompts),
    ]
    if study.completions_total:
        said.append(_ready(study.completions_ready, study.completions_total, words))
    votes = words.ngettext("%(number)s vote", "%(number)s votes", study.votes)
    return [
        *said,
        words.ngettext(
            "%(votes)s by %(number)s rater",
            "%(votes)s by %(number)s raters",
            study.raters,
            votes=votes,
        ),
    ]


def generated(study: StudyView, words: Words) -> list[tuple[str, bool]]:
    """Return how far generating is, phrase by phrase, and whether each is bad news."""
    total = sum(study.states.values())
    said = [(_ready(study.states.get("ready", 0), total, words), False)]
    said += [
        (f"{words.count(study.states[state])} {called(state, words)}", True)
        for state in ("failed", "quarantined", "blocked")
        if study.states.get(state)
    ]
    if study.calls_reused:
        reused = words.ngettext(
            "%(number)s call answered from the store",
            "%(number)s calls answered from the store",
            study.calls_reused,
        )
        if study.saved:
            saved = words.money(study.saved)
            reused = words.gettext("%(reused)s (%(sum)s saved)", reused=reused, sum=saved)
        said.append((reused, False))
    if study.is_paused:
        said.append((called("paused", words), False))
    return said


def rateable(study: StudyView, words: Words) -> str:
    """Return how many prompts can be rated."""
    return words.ngettext(
        "%(part)s of %(number)s prompt can be rated.",
        "%(part)s of %(number)s prompts can be rated.",
        study.prompts,
        part=words.count(study.prompts_dealable),
    )


def _ready(ready: int, total: int, words: Words) -> str:
    return words.ngettext(
        "%(part)s of %(number)s completion ready",
        "%(part)s of %(number)s completions ready",
        total,
        part=words.count(ready),
    )
