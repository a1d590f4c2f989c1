"""The view of the votes behind a number: filters in the address, a page at a time."""

from flask import render_template, request

from service.domain.witnessed import Filters
from service.reporting import witness_words
from service.usecases.sighted.results import read, witnesses
from service.usecases.sighted.results.read import LeaderboardView, StudySealed
from service.usecases.sighted.studies import heads
from service.web import languages, services
from service.web.researcher import access, presenter
from service.web.researcher.blueprint import studio

# The filters that an address may hold, without the place to begin at.
_KEPT = ("first", "second", "part", "outcomes", "tag", "prompt", "contradicts", "sought")

# Seconds that one look may take: what strangers have written is of any length.
LONGEST = 5.0


@studio.get("/studio/<name>/matchup")
@access.role("viewer")
def matchup(name: str) -> str:
    """Show the votes behind a number, with the texts that were judged.

    They are on two configurations, or without a second one on all matchups of the first, or those
    of a part of the leaderboard; on one tag, of some outcomes, that contradict each other, or that
    hold what is sought.
    """
    with services.current().database.reading(within=LONGEST) as session:
        study = heads.head(session, name)
        if presenter.is_sealed(study):
            raise StudySealed("This study is sealed: votes are shown once its stop rule is met.")
        asked = _filters(read.latest(session, name))
        start = request.args.get("start", 0, type=int)
        found = witnesses.look(session, name, asked, start)
        known = witnesses.choices(session, name)
    words = languages.words().naming(known.configurations)
    kept = {key: value for key in _KEPT if (value := request.args.get(key))}
    return render_template(
        "studio/matchup.html",
        study=study,
        figures=words,
        heading=witness_words.heading(asked, words),
        asked=asked,
        known=known,
        is_filtered=bool(kept),
        look=found,
        votes=[(witness_words.outcome(vote, words), vote) for vote in found.votes],
        grade=lambda value: witness_words.grade(value, words),
        shown=witness_words.counted(found, asked, words),
        kept=kept,
    )


def _filters(view: LeaderboardView | None) -> Filters:
    """Return the filters that the address holds."""
    args = request.args
    return Filters(
        first=args.get("first", ""),
        second=args.get("second", ""),
        among=_members(view) if args.get("part") else None,
        outcomes=args.get("outcomes", ""),
        tag=args.get("tag", ""),
        prompt=args.get("prompt", ""),
        contradicts=bool(args.get("contradicts")),
        sought=" ".join(args.get("sought", "").split()),
    )


def _members(view: LeaderboardView | None) -> tuple[str, ...]:
    """Return the configurations of the part that the address names; of no part none."""
    parts = () if view is None or view.board is None else view.board.parts
    at = request.args.get("part", type=int)
    return parts[at].configurations if at is not None and 0 <= at < len(parts) else ()
