"""What goes wrong on a rater's way, step by step, in every world the same: for journeys."""

from typing import Any, Protocol

from sqlalchemy import select, update

from service.database import Database, now
from service.store import models
from service.usecases import invites

# What no page of ours sends, for a matchup that lies there.
_BODIES: tuple[tuple[str, dict[str, Any]], ...] = (
    ("cast", {"json": {"choice": "best", "key": "no choice"}}),
    ("cast", {"json": {"choice": "left", "key": "k" * 65}}),
    ("cast", {"json": {"choice": "left", "key": "é"}}),
    ("cast", {"json": {"choice": "left", "key": "h", "have": "all"}}),
    ("cast", {"json": {"choice": "left", "key": "s", "supersedes": "x"}}),
    ("cast", {"json": ["left"]}),
    ("cast", {"data": b"[" * 40, "content_type": "application/json"}),
    ("cast", {"data": b"\xff", "content_type": "application/json"}),
    ("cast", {"data": b"{", "content_type": "application/json"}),
    ("cast", {"data": b'{"a": 1, "a": 2}', "content_type": "application/json"}),
    ("cast", {"data": b'{"a": NaN}', "content_type": "application/json"}),
    ("cast", {"data": b'{"a": 1e999}', "content_type": "application/json"}),
    ("cast", {"data": b'{"choice": "\\u0000"}', "content_type": "application/json"}),
    ("cast", {"json": {"choice": "left"}, "headers": {"Sec-Fetch-Site": "cross-site"}}),
    ("keep_marks", {"json": {"criteria": "left", "key": "m"}}),
    ("keep_marks", {"json": {"criteria": ["left", "equal"], "grades": [True, 9], "key": "m"}}),
    ("keep_marks", {"json": {"criteria": ["left", "equal"], "grades": [1, 2], "key": "m"}}),
    ("flag", {"json": {"kind": "dull", "key": "f"}}),
    ("reason", {"json": {"kinds": ["dull"], "key": "r"}}),
    ("reason", {"json": {"kinds": "clear", "key": "r"}}),
    ("reason", {"json": {"kinds": ["clear"], "key": "é"}}),
)


class Traveller(Protocol):
    """A rater on their way, see `worlds.Journey`."""

    database: Database
    at: dict[str, str]
    link: str

    def ask(self, endpoint: str, method: str = "GET", **options: Any) -> Any:
        """Make one request and remember what came."""


def send_nonsense(rater: Traveller) -> None:
    """Send what no page sends, and keys that came before for something else; look in again."""
    waiting = rater.ask("upcoming", values=rater.at).get_json()["assignments"]
    here, other = ({**rater.at, "token": one["token"]} for one in waiting[:2])
    answers = []
    for endpoint, body in _BODIES:
        answers.append(rater.ask(endpoint, "POST", values=here, **body).status_code)
    assert set(answers) <= {400, 403, 409, 422}, answers
    rater.ask("skip", "POST", values=here, json={"key": "once"})
    rater.ask("flag", "POST", values=here, json={"kind": "other", "key": "once"})
    rater.ask("reason", "POST", values=here, json={"kinds": ["clear"], "key": "once"})
    for endpoint, said in (
        ("skip", {}),
        ("flag", {"kind": "other"}),
        ("reason", {"kinds": ["clear"]}),
    ):
        rater.ask(endpoint, "POST", values=other, json={"key": "once", **said})
    rater.ask("undo", "POST", values=rater.at, json={"key": "once"})
    rater.ask("landing", values={"token": rater.link})


def skip_by_form(rater: Traveller) -> None:
    """Skip and take that back without JavaScript."""
    waiting = rater.ask("upcoming", values=rater.at).get_json()["assignments"]
    here = {**rater.at, "token": waiting[0]["token"]}
    answers = [
        rater.ask("skip", "POST", values=here, data={"key": "skip by form"}),
        rater.ask("rate", values=rater.at, query="?told=skipped"),
        rater.ask("undo", "POST", values=rater.at, data={"key": "undo by form"}),
        rater.ask("rate", values=rater.at, query="?told=nothing_undone"),
    ]
    assert [one.status_code for one in answers] == [303, 200, 303, 200]


def come_where_all_waits(rater: Traveller, door: dict[str, str]) -> None:
    """Begin while no prompt has all its answers yet."""
    with rater.database.transaction() as session:
        known = set(session.scalars(select(models.Prompt.id).where(models.Prompt.is_dealable)))
        session.execute(update(models.Prompt).values(is_dealable=False))
    answer = rater.ask("start", "POST", values=door, data={"anew": "yes", "key": "early"})
    here = {"handle": answer.location.split("/")[2]}
    for endpoint in ("rate", "upcoming", "help", "own_votes", "finishing"):
        rater.ask(endpoint, values=here)
    with rater.database.transaction() as session:
        those = update(models.Prompt).where(models.Prompt.id.in_(known))
        session.execute(those.values(is_dealable=True))


def come_through_a_crowd(rater: Traveller, handle: str, door: dict[str, str]) -> None:
    """Come through a shared link that very many have used, and that ends and is withdrawn then."""
    with rater.database.transaction() as session:
        invite = session.scalars(select(models.Invite).filter_by(handle=handle)).one()
        moment = now(session)
        of = {
            "study_id": invite.study_id,
            "invite_id": invite.id,
            "origin": "invite",
            "is_sighted": False,
        }
        session.add_all(
            models.Rater(
                pseudonym=f"{n} of many",
                handle=f"{n} of many",
                created_at=moment,
                started_at=moment,
                **of,
            )
            for n in range(invites.MOST_UNTRIED)
        )
    much = {"anew": "yes", "key": "too many"}
    answers = [
        rater.ask("start", "POST", values=door, data=much),
        rater.ask("start", "POST", values=door, data=much, headers={"Accept": "application/json"}),
        rater.ask("start", "POST", values=door),
        rater.ask("landing", values=door),
    ]
    for ends in ("expires_at", "revoked_at"):
        with rater.database.transaction() as session:
            row = session.scalars(select(models.Invite).filter_by(handle=handle)).one()
            setattr(row, ends, now(session) - invites.A_DAY)
        answers += [
            rater.ask("landing", values=door),
            rater.ask("start", "POST", values=door, data=much),
        ]
    assert [one.status_code for one in answers] == [429, 429, 303, 200, *[404] * 4]


def close_the_door(rater: Traveller) -> None:
    """Look in once the study is closed, and once more when the rater's own link is withdrawn."""
    with rater.database.transaction() as session:
        of = session.scalars(select(models.Rater).filter_by(handle=rater.at["handle"])).one()
        session.get_one(models.Study, of.study_id).state = "closed"
    _look_in(rater)
    with rater.database.transaction() as session:
        of = session.scalars(select(models.Rater).filter_by(handle=rater.at["handle"])).one()
        for invite in session.scalars(select(models.Invite).filter_by(rater_id=of.id)):
            invite.revoked_at = now(session)
    _look_in(rater)


def _look_in(rater: Traveller) -> None:
    rater.ask("landing", values={"token": rater.link})
    for endpoint in ("rate", "upcoming", "done", "own_votes", "help", "link"):
        rater.ask(endpoint, values=rater.at)
