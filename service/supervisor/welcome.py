"""What the operator is greeted with: three links, one-time ones for the sighted pages."""

from dataclasses import dataclass
from urllib.parse import quote

from service.database import Database, now
from service.settings import Settings
from service.usecases import accounts


@dataclass(frozen=True)
class Links:
    """Paths for the three links; None where there is no study to rate yet."""

    rate: str | None
    leaderboard: str
    studio: str
    is_first_run: bool


def prepare(settings: Settings, database: Database) -> Links:
    """Make sure that there is an operator, and on the first run a study; return new links."""
    settings.signing_key()  # made now, so that no two programs make one each
    with database.transaction() as session:
        moment = now(session)
        operator = accounts.ensure_operator(session, moment)
        tokens = [accounts.make_sign_in_link(session, operator, moment) for _ in range(2)]
    return Links(
        rate=None,
        leaderboard=f"/sign-in/{tokens[0]}",
        studio=f"/sign-in/{tokens[1]}",
        is_first_run=False,
    )


def sign_in_path(token: str, page: str) -> str:
    """Return the path that signs in once and goes on to a page."""
    return f"/sign-in/{token}?next={quote(page)}"


def text(links: Links, settings: Settings) -> str:
    """Return the greeting, ready to print."""
    address = settings.web_address
    lines = ["", "Evenhand is ready.", ""]
    if links.rate:
        lines.append(f"  Rate now     {address}{links.rate}")
    lines += [
        f"  Leaderboard  {address}{links.leaderboard}",
        f"  Studio       {address}{links.studio}",
        "",
        "The last two sign you in once. Ctrl-C stops everything; your data stays in",
        f"{settings.data_dir.resolve()}",
        "",
    ]
    return "\n".join(lines)
