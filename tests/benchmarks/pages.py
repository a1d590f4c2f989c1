"""Server time of every sighted page and the rater's in a study of a million votes.

``make bench-pages``. 100 configurations, 1,000 prompts and 1,000,000 votes in PostgreSQL, written
as the benchmark of dealing writes them, with the counts that folding would have left and the
leaderboard that a worker computes of these. Every page that a GET opens is made by the application
itself, without a network; the median of a few times stands beside what is wanted, with that of a
page of nothing, the list of prompt sets of an empty installation, as the ground that all pages
stand on.
"""

import argparse
import contextlib
import re
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, text

from service.database import Database, now
from service.settings import Settings, keep_to_one_core
from service.store import migrate, models, tallies
from service.usecases import accounts, invites
from service.usecases.sighted.studies import vote_counts
from service.web.app import create_app
from tests import databases, factories, sighted_routes
from tests.benchmarks.table import Table

ROUNDS = 5
WANTED = 150.0  # milliseconds
EMPTY = "/studio/_sets/"
# What is no page: files to keep, made as they are sent, and what asks for something that is not
# there in a study of votes alone.
LEFT_OUT = re.compile(
    r"/api/|/static/|/livez|/readyz|/metrics|<token>|<handle>|<draft>|<judge>|<version>|<prompt_set>"
    r"|/file$|/pack$|/report$|preregistration\.json|invites\.csv|/news$|/configuration$|/compare$"
)
# Addresses that ask for more than a route's own: what a reader clicks on most.
MORE = (
    "/studio/{name}/matchup?first=Configuration%200",
    "/studio/{name}/matchup?first=Configuration%200&second=Configuration%201",
    "/studio/{name}/matchup?part=0&outcomes=tied",
    "/studio/{name}/matchup?contradicts=1",
    "/studio/{name}/matchup?sought=answer",
    "/studio/{name}/matchup?start=900000",
    "/studio/{name}/leaderboard?rows=51&requests_per_month=50000",
)


def count(database: Database, study: factories.MadeStudy) -> None:
    """Write the counts that folding would have left of votes for the left text."""
    (side,) = (one.name for one in models.Assignment.__mapper__.attrs.sides.columns)
    outcome = f"CASE WHEN {side} THEN 'first' ELSE 'second' END"
    cells = "first_configuration_id, second_configuration_id"
    with database.transaction() as session:
        for scope, of in (
            (tallies.ALL, "0"),
            (tallies.BY_RATER, "rater_id"),
            (tallies.BY_PROMPT, "prompt_id"),
        ):
            session.execute(
                text(
                    f"INSERT INTO tally (study_id, scope, scope_id, {cells}, outcome, "
                    f"first_was_left, count) SELECT study_id, :scope, {of}, {cells}, {outcome}, "
                    f"{side}, count(*) FROM assignment GROUP BY study_id, 3, {cells}, "
                    f"{outcome}, {side}"
                ),
                {"scope": scope},
            )
        session.execute(
            text(
                "INSERT INTO prompt_tally (study_id, prompt_id, outcome, count) "
                "SELECT study_id, scope_id, outcome, sum(count) FROM tally "
                "WHERE scope = 'prompt' GROUP BY study_id, scope_id, outcome"
            )
        )
        session.execute(
            text(
                "INSERT INTO tallied (assignment_id, study_id, vote_id, outcome) "
                f"SELECT id, study_id, id, {outcome} FROM assignment"
            )
        )


def rank(database: Database, study: factories.MadeStudy) -> float:
    """Compute and keep the leaderboard, as a worker does; return the seconds it took."""
    keep_to_one_core()
    from service.usecases.sighted.results import compute  # noqa: PLC0415 - numerics, kept to one core

    started = time.perf_counter()
    with database.transaction() as session:
        basis = compute.load(session, study.id, now(session))
        compute.save(session, basis, compute.compute(basis), now(session))
        standing = vote_counts.count(session, study.id)
        vote_counts.keep(session, study.id, standing, now(session))
    return time.perf_counter() - started


def sign_in(app: Flask, database: Database) -> FlaskClient:
    """Return a browser of an admin."""
    with database.transaction() as session:
        account = session.scalars(select(models.Account).limit(1)).one_or_none()
        if account is None:
            account = models.Account(name="admin", role="admin", created_at=factories.MOMENT)
            session.add(account)
            session.flush()
        link = accounts.make_sign_in_link(session, account.id, now(session))
    client = app.test_client()
    page = client.get(f"/sign-in/{link}")
    fields = dict(re.findall(r'name="(csrf_token|token|next)" value="([^"]*)"', page.text))
    client.post("/studio/sign-in", data=fields)
    return client


def addresses(app: Flask, database: Database, study: factories.MadeStudy) -> list[str]:
    """Return the address of every sighted page, and of the filters that a reader clicks on."""
    with database.reading() as session:
        completion = session.scalar(
            select(models.Completion.id).filter_by(study_id=study.id).limit(1)
        )
    values = {
        "name": [study.name],
        "completion_id": [str(completion)],
        "plot": ["intervals"],
        "kind": ["svg"],
    }
    found = []
    for rule in sighted_routes.every(app):
        if "GET" not in (rule.methods or ()) or LEFT_OUT.search(rule.rule):
            continue
        try:
            found += sighted_routes.addresses(rule, values)
        except sighted_routes.UnknownVariable as unknown:
            print(f"  not measured: {unknown}", flush=True)
    return [*found, *(one.format(name=study.name) for one in MORE)]


class Took(NamedTuple):
    """What a page took in milliseconds, and how it was answered.

    Beside the median stand the least, to which neighbours on the machine add, and what was
    computed: processor time of the web process and of the database's, without any waiting.
    """

    median: float
    least: float
    computing: float
    status: int


def time_of(client: FlaskClient, address: str, database: Database) -> Took:
    """Return what a page took, after it was read once."""
    client.get(address)
    with database.reading() as session:
        at_work = session.scalars(
            text("SELECT pid FROM pg_stat_activity WHERE datname = current_database()")
        ).all()
    took, computed, status = [], [], 0
    for _ in range(ROUNDS):
        started, before = time.perf_counter(), _computed(at_work)
        answer = client.get(address)
        answer.get_data()
        took.append(1000 * (time.perf_counter() - started))
        computed.append(_computed(at_work) - before)
        status = answer.status_code
    return Took(statistics.median(took), min(took), min(computed), status)


def _computed(processes: Sequence[int]) -> float:
    """Return the processor time of this process and of others on this machine, in milliseconds."""
    spent = 1000 * time.process_time()
    for process in processes:
        with contextlib.suppress(OSError):  # of a server elsewhere, or where Linux does not tell
            spent += int(Path(f"/proc/{process}/schedstat").read_text().split()[0]) / 1e6
    return spent


def rater_pages(
    app: Flask, database: Database, study: factories.MadeStudy
) -> list[tuple[FlaskClient, str]]:
    """Return a browser of a rater, and the addresses of what it opens."""
    with database.transaction() as session:
        link = invites.make(session, study.name, "personal", "Ben", now(session), factories.KEY)
    client = app.test_client()
    page = client.get(f"/i/{link.link_token}")
    fields = dict(re.findall(r'name="(csrf_token)" value="([^"]*)"', page.text))
    client.post(f"/i/{link.link_token}", data=fields)
    handle = re.search(r"/rate/[^/\"]+/", client.get(f"/i/{link.link_token}").text)
    opened = [] if handle is None else [(client, handle[0]), (client, f"{handle[0]}next")]
    return [(client, f"/i/{link.link_token}"), *opened]


def found(database: Database) -> factories.MadeStudy | None:
    """Return the study that an earlier run filled this database with; None in a fresh one."""
    with database.reading() as session:
        row = session.scalars(select(models.Study).limit(1)).one_or_none()
        return None if row is None else factories.MadeStudy(row.id, row.name, {}, [])


def measure(database: Database, table: Table, prompts: int) -> None:
    """Fill the study and add a line for each page."""
    from tests.benchmarks import dealing  # noqa: PLC0415 - loads what pages do not

    study = found(database)
    if study is None:
        started = time.perf_counter()
        study = dealing.fill(database, prompts, dealing.OPEN)
        count(database, study)
        dealing.settle(database)
        print(f"  filled within {time.perf_counter() - started:.0f} s", flush=True)
        print(f"  leaderboard within {rank(database, study):.1f} s", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        app = create_app(Settings(data_dir=Path(folder), secret_key=factories.KEY), database)
        client = sign_in(app, database)
        ground = time_of(client, EMPTY, database).median
        table.told(f"an empty page ({EMPTY})", ground, "ms")
        every = [(client, address) for address in addresses(app, database, study)]
        for browser, address in [*every, *rater_pages(app, database, study)]:
            took = time_of(browser, address, database)
            what = re.sub(r"^/i/.*", "/i/…", address)
            print(
                f"  {took.status} {took.median:8.1f} ms {took.median / ground:6.1f} × the empty "
                f"page; least {took.least:.0f}, computing {took.computing:.0f}: {what}",
                flush=True,
            )
            if took.status >= 500:
                table.at_most(f"{what} fails with {took.status}", 1, 0)
            elif took.status < 400:
                table.at_most(what, took.median, WANTED, 1.0, "ms")


def main() -> int:
    """Print the table; return 1 where a page takes longer than is wanted."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--prompts", type=int, default=1000, help="990 votes each")
    parser.add_argument(
        "--database", help="address of one to fill and keep; where it was filled, measure again"
    )
    asked = parser.parse_args()
    prompts, table = asked.prompts, Table()
    if asked.database:
        database = Database(asked.database)
        migrate.upgrade(database.engine)
        measure(database, table, prompts)
        return table.close()
    with databases.postgres_server() as server:
        if server is None:
            print("no PostgreSQL: set TEST_DATABASE_URL or install it")
            return 1
        made = databases.PostgresDatabases(server.address)
        database = Database(made.fresh())
        measure(database, table, prompts)
        database.engine.dispose()
        made.drop()
    return table.close()


if __name__ == "__main__":
    sys.exit(main())
