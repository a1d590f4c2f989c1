"""Votes, matchups and leaderboards of a study as Delta tables, by MERGE on ids that stay.

Publishing again changes what has changed, adds what is new, and takes out what counts no more.
"""

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from service.domain.leaderboard import Leaderboard
from service.formats.exports import parquet, policy, tables
from service.formats.exports.columns import Columns
from service.formats.exports.policy import Policy
from service.formats.exports.record import Judged
from service.lineage import libraries

ROWS_AT_ONCE = 2000
VOTES: Columns = {
    "vote_id": "text",
    "study": "text",
    "pair_id": "text",
    "prompt_id": "text",
    "rater": "text",
    "outcome": "text",
    "first_configurations": "texts",
    "second_configurations": "texts",
    "is_imported": "truth",
    "is_flagged": "truth",
    "voted_at": "text",
}
MATCHUPS: Columns = {"matchup_id": "text", "study": "text", **tables.CANONICAL}
LEADERBOARD: Columns = {
    "row_id": "text",
    "study": "text",
    "leaderboard": "text",
    "computed_at": "text",
    "configuration": "text",
    "competes": "truth",
    "points": "number",
    "low": "number",
    "high": "number",
    "rank_low": "count",
    "rank_high": "count",
    "votes": "count",
    "wins": "count",
    "losses": "count",
    "ties": "count",
    "both_bad": "count",
}


def publish(
    root: str,
    study: str,
    records: Iterable[Judged],
    board: tuple[Leaderboard, str, str] | None,
    options: Mapping[str, str] | None = None,
) -> dict[str, int]:
    """Merge a study into the tables `votes`, `matchups` and `leaderboard` under `root`.

    `root` is a folder or an address that deltalake knows, with its storage options; `board` comes
    with its hash and its time. Returns how many rows each table has of the study's.

    Raises
    ------
    LibraryMissing, NotPublished
    """
    delta = _Delta(root, study, dict(options or {}))
    rows = {
        "votes": delta.merge("votes", VOTES, "vote_id", votes(study, records)),
        "matchups": delta.merge("matchups", MATCHUPS, "matchup_id", matchups(study, records)),
    }
    if board is not None:
        # Older leaderboards stay: somebody may have decided on them.
        told = leaderboard(study, *board)
        rows["leaderboard"] = delta.merge("leaderboard", LEADERBOARD, "row_id", told, keeps=True)
    return rows


def votes(study: str, records: Iterable[Judged]) -> Iterator[dict[str, Any]]:
    """Yield a row for each vote that counts; a changed vote keeps its id."""
    for record in records:
        seen: Counter[str] = Counter()
        for vote in record.votes:
            seen[vote.rater] += 1
            yield {
                "vote_id": _id(study, record.pair_id, vote.rater, str(seen[vote.rater])),
                "study": study,
                "pair_id": record.pair_id,
                "prompt_id": record.prompt_key,
                "rater": vote.rater,
                "outcome": str(vote.outcome),
                "first_configurations": list(record.first_configurations),
                "second_configurations": list(record.second_configurations),
                "is_imported": vote.is_imported,
                "is_flagged": vote.is_flagged,
                "voted_at": vote.at.isoformat(),
            }


def matchups(study: str, records: Iterable[Judged]) -> Iterator[dict[str, Any]]:
    """Yield a row for each two texts that were judged, as the canonical export has it."""
    given = Policy()
    for record in records:
        for row in tables.canonical(policy.keep(record, given), given):
            yield {"matchup_id": _id(study, record.pair_id), "study": study, **row}


def leaderboard(
    study: str, board: Leaderboard, digest: str, computed_at: str
) -> Iterator[dict[str, Any]]:
    """Yield a row for each configuration; figures are 0 where it does not compete."""
    for row in board.ratings:
        rating = row.rating
        yield {
            "row_id": _id(study, digest, row.configuration),
            "study": study,
            "leaderboard": digest,
            "computed_at": computed_at,
            "configuration": row.configuration,
            "competes": rating is not None,
            "points": float(rating.points) if rating else 0.0,
            "low": float(rating.low) if rating else 0.0,
            "high": float(rating.high) if rating else 0.0,
            "rank_low": rating.rank_low if rating else 0,
            "rank_high": rating.rank_high if rating else 0,
            "votes": row.votes,
            "wins": row.wins,
            "losses": row.losses,
            "ties": row.ties,
            "both_bad": row.both_bad,
        }


class _Delta:
    """The tables under one root, for one study."""

    def __init__(self, root: str, study: str, options: dict[str, str]) -> None:
        self._delta = libraries.load("deltalake", "delta")
        self._arrow = libraries.load("pyarrow", "delta")
        self._root = root.rstrip("/")
        self._study = study
        self._options = options

    def merge(
        self,
        name: str,
        columns: Columns,
        key: str,
        rows: Iterator[dict[str, Any]],
        *,
        keeps: bool = False,
    ) -> int:
        """Merge rows into a table, which is made where it is not there; return how many came."""
        schema = parquet.schema(columns)
        counted = 0

        def batches() -> Iterator[Any]:
            nonlocal counted
            waiting: list[dict[str, Any]] = []
            for row in rows:
                waiting.append(row)
                counted += 1
                if len(waiting) == ROWS_AT_ONCE:
                    yield self._arrow.RecordBatch.from_pylist(waiting, schema=schema)
                    waiting = []
            if waiting:
                yield self._arrow.RecordBatch.from_pylist(waiting, schema=schema)

        try:
            table = self._delta.DeltaTable.create(
                f"{self._root}/{name}",
                schema=schema,
                mode="ignore",
                storage_options=self._options or None,
            )
            merger = (
                table.merge(
                    source=self._arrow.RecordBatchReader.from_batches(schema, batches()),
                    predicate=f"kept.{key} = new.{key}",
                    source_alias="new",
                    target_alias="kept",
                )
                .when_matched_update_all()
                .when_not_matched_insert_all()
            )
            if not keeps:
                quoted = self._study.replace("'", "''")
                merger = merger.when_not_matched_by_source_delete(f"kept.study = '{quoted}'")
            merger.execute()
        except (OSError, self._delta.exceptions.DeltaError) as error:
            raise libraries.NotPublished(
                "The table %(table)s could not be written: %(why)s",
                table=name,
                why=" ".join(str(error).split())[:300],
            ) from None
        return counted


def _id(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:32]
