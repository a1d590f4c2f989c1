"""What a first run makes: the operator, the demonstration study, and the links that greet."""

from dataclasses import dataclass
from datetime import datetime
from importlib import resources

from sqlalchemy.orm import Session

from service.store import raters, studies
from service.store.models import Study
from service.usecases import accounts, invites


@dataclass(frozen=True)
class Greeting:
    """Tokens for the links that the operator is shown; `study` is where they lead."""

    study: str | None
    rate_token: str | None
    leaderboard_token: str
    studio_token: str
    is_first_run: bool


def prepare(session: Session, now: datetime, key: str, *, with_demonstration: bool) -> Greeting:
    """Make what a first run needs and return the links of this start.

    The demonstration is made only where there is no study at all; later starts greet with
    the open study that was rated last, before any rating with the newest one.
    """
    operator = accounts.ensure_operator(session, now)
    is_first = not studies.every(session)
    if is_first and with_demonstration:
        make_demonstration(session, now)
    shown = _shown(session)
    return Greeting(
        study=None if shown is None else shown.name,
        rate_token=None if shown is None else _rate_token(session, shown, now, key),
        leaderboard_token=accounts.make_sign_in_link(session, operator, now),
        studio_token=accounts.make_sign_in_link(session, operator, now),
        is_first_run=is_first,
    )


def make_demonstration(session: Session, now: datetime) -> None:
    """Apply and open the study that comes with Evenhand; its completions wait for workers."""
    # All starts but the first do without what reads, renders and opens studies.
    from service.formats import study_file  # noqa: PLC0415
    from service.usecases.sighted import lookup  # noqa: PLC0415
    from service.usecases.sighted.studies import applying, opening  # noqa: PLC0415

    folder = resources.files("service.demonstration")
    file = study_file.read(
        (folder / "study.yaml").read_text(encoding="utf-8"),
        "study.yaml",
        lambda name: (folder / name).read_text(encoding="utf-8"),
    )
    applied = applying.apply(session, file, now)
    made = lookup.find(session, applied.name)
    made.is_demonstration = True
    opening.open_study(session, applied.name, now)


def _shown(session: Session) -> Study | None:
    every = studies.every(session)
    opened = [row for row in every if row.state == "open"]
    last = studies.rated_last(session)
    return next((row for row in opened if row.id == last), next(iter(opened or every), None))


def _rate_token(session: Session, study: Study, now: datetime, key: str) -> str | None:
    """Return the link for the operator's own rating: the first live invite, or a new one."""
    if study.state != "open":
        return None
    for invite in reversed(raters.invites(session, study.id)):
        if invite.label == accounts.OPERATOR and invite.revoked_at is None:
            return invites.link_token(invite, key)
    return invites.make(session, study.name, "personal", accounts.OPERATOR, now, key).link_token
