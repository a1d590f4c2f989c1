"""Delta tables, read back by deltalake and by DuckDB."""

import duckdb
import pytest
from deltalake import DeltaTable

from tests.lineage.studies import NAME, Installation


@pytest.fixture
def house(tmp_path, monkeypatch):
    return Installation(tmp_path, monkeypatch)


def rows(root, table):
    return sorted(DeltaTable(f"{root}/{table}").to_pyarrow_table().to_pylist(), key=str)


def test_merges_on_ids_that_stay(house, tmp_path):
    root = tmp_path / "tables"
    said = house.say("publish", "delta", NAME, "--to", root)
    assert "votes: 12 rows" in said, said
    assert "matchups: 6 rows" in said
    assert "leaderboard: 2 rows" in said
    first = {table: rows(root, table) for table in ("votes", "matchups", "leaderboard")}
    house.say("publish", "delta", NAME, "--to", root)
    assert {table: rows(root, table) for table in first} == first

    house.rate("Dan", prefers="Plain")
    house.say("publish", "delta", NAME, "--to", root)
    votes = rows(root, "votes")
    assert len(votes) == 18
    assert {row["vote_id"] for row in first["votes"]} < {row["vote_id"] for row in votes}
    assert len(rows(root, "matchups")) == 6
    assert len(rows(root, "leaderboard")) == 4
    house.leave_out()
    house.say("publish", "delta", NAME, "--to", root)
    assert len(rows(root, "votes")) == 17
    assert all(value is not None for row in votes for value in row.values())


def test_duckdb_reads_what_raters_said(house, tmp_path):
    root = tmp_path / "tables"
    house.say("publish", "delta", NAME, "--to", root)
    files = [str(root / "votes" / path) for path in DeltaTable(f"{root}/votes").file_uris()]
    found = duckdb.sql(
        f"SELECT outcome, count(*) FROM read_parquet({files}) GROUP BY 1 ORDER BY 1"
    ).fetchall()
    counted = {}
    for row in rows(root, "votes"):
        counted[row["outcome"]] = counted.get(row["outcome"], 0) + 1
    assert dict(found) == counted
    with duckdb.connect() as connection:
        connection.register("matchups", DeltaTable(f"{root}/matchups").to_pyarrow_table())
        assert connection.sql("SELECT sum(votes) FROM matchups").fetchall() == [(12,)]


def test_says_what_is_wrong(house, tmp_path):
    (tmp_path / "file").write_text("")
    assert "could not be written" in house.say("publish", "delta", NAME, "--to", tmp_path / "file")
    assert "There is no study" in house.say("publish", "delta", "nothing", "--to", tmp_path)
