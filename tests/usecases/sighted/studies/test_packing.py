import io
import json
import zipfile

import pytest
from sqlalchemy import select

from service.database import Database, now
from service.domain.retrieval import Collection, Document
from service.domain.study import UnknownStudy
from service.formats import packs
from service.formats.packs import PackInvalid, PackOfOtherVersion
from service.store import collections, models
from service.usecases.blind import voting
from service.usecases.sighted.results import verify
from service.usecases.sighted.results.read import StudySealed
from service.usecases.sighted.studies import exports, invariants, packing
from service.usecases.sighted.studies.packing import StudyBusy, StudyThere, StudyTooLarge
from tests import databases, factories
from tests.factories import later
from tests.usecases.sighted.results import rated

NAME = "support-replies"


@pytest.fixture(scope="module")
def world(sqlite_file, tmp_path_factory):
    """A study with most that a study can have, in an installation of its own, and its pack."""
    database = Database(databases.fresh_sqlite(sqlite_file, tmp_path_factory.mktemp("from")))
    with database.transaction() as session:
        noise = factories.make_study(session, "noise", prompts=2)
        rated.vote(session, noise, "Zoe")
        study = factories.make_study(session, prompts=6, votes_per_matchup=2)
        ben = rated.vote(session, study)
        rated.vote(session, study, "Cleo", prefers="Plain", number=4)
        token = session.scalars(
            select(models.Assignment.token).where(models.Assignment.rater_id == ben)
        ).first()
        rows = session.scalars(select(models.Assignment).where(models.Assignment.token == token))
        vote = session.scalars(
            select(models.Vote).where(models.Vote.assignment_id == rows.one().id)
        ).one()
        voting.cast(session, ben, token, "both_bad", "again", later(2), supersedes=vote.revision)
        collection = Collection((Document("a.md", "Parcels arrive closed."),))
        collections.add(session, collection, later(0))
        configuration = session.get_one(models.Configuration, study.configurations["Retrieval"])
        configuration.retrieval = {
            "collection": collection.digest, "name": "docs",
        }  # fmt: skip
        rated.board(session, study)
        session.add(
            models.Submission(
                study_id=study.id,
                rater_id=session.query(models.Rater.id).filter_by(study_id=study.id).first()[0],
                client_key="k",
                text="Roses?",
                sound="s",
                fingerprint="f",
                state="accepted",
                prompt_id=factories.make_prompt(session, study.id, 9, "Roses?"),
                created_at=later(0),
                decided_by="Iris",
            )
        )
    yield database
    database.engine.dispose()


def packed(database, name=NAME):
    target = io.BytesIO()
    with database.reading() as session:
        packing.pack(session, name, "0.1.0", target)
    return target.getvalue()


def unpacked(database, content):
    with database.transaction() as session:
        return packing.unpack(session, io.BytesIO(content), "x.zip", now(session))


def changed(content, of_files=None, of_manifest=None):
    """Return a pack whose files were changed; its hashes are made true again."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    manifest = json.loads(files.pop("manifest.json"))
    if of_files:
        of_files(files)
    if of_manifest:
        of_manifest(manifest)
    rows = {
        name.removeprefix("rows/").removesuffix(".jsonl"): told.count(b"\n")
        for name, told in files.items()
        if name.startswith("rows/")
    }
    for name, told in files.items():
        manifest["files"][name] = packs._digest(io.BytesIO(told))
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, told in files.items():
            archive.writestr(name, told)
        archive.writestr("manifest.json", json.dumps({"rows": rows, **manifest}))
    return made.getvalue()


def row(files, table, **values):
    """Change the first row of a table."""
    first, *rest = files[f"rows/{table}.jsonl"].splitlines(keepends=True)
    told = {**json.loads(first), **values}
    files[f"rows/{table}.jsonl"] = b"".join([json.dumps(told).encode() + b"\n", *rest])


class TestPack:
    def test_and_unpack_elsewhere_give_the_same(self, world, database):
        with database.transaction() as session:
            factories.make_study(session, "another-one", prompts=3)
        first = packed(world)
        told = unpacked(database, first)
        assert (told.name, told.is_new, told.is_paused) == (NAME, True, False)
        assert told.rows["vote"] == 11
        assert packed(database) == first
        assert unpacked(database, first).is_new is False
        assert packed(database) == first

    def test_what_was_unpacked_counts_and_exports_as_before(self, world, database):
        unpacked(database, packed(world))
        boards, records = [], []
        for each in (world, database):
            with each.transaction() as session:
                study = session.scalars(select(models.Study).where(models.Study.name == NAME)).one()
                assert verify.verify(session, study.id) == verify.Check.FOLLOWS
                made = factories.MadeStudy(study.id, NAME, {}, [])
                found = rated.board(session, made)
                boards.append(sorted((row.configuration, row.wins) for row, _ in found.competing))
                records.append(list(exports.of_study(session, NAME, b"key")))
                assert not [
                    line
                    for check in invariants.check(session, now(session))
                    for line in check.broken
                ]
        assert boards[0] == boards[1]
        assert records[0] == records[1]
        assert len(records[0]) == 6

    def test_waits_for_what_is_being_generated(self, database):
        with database.transaction() as session:
            factories.make_study(session, prompts=1, ready=False)
            for each in session.scalars(select(models.Completion)):
                each.state = "running"
        with pytest.raises(StudyBusy, match="2 answers are being generated"):
            packed(database)

    def test_refuses_more_votes_than_somebody_waits_for(self, world):
        target = io.BytesIO()
        with world.reading() as session:
            with pytest.raises(StudyTooLarge, match=f"evenhand study pack {NAME}"):
                packing.pack(session, NAME, "0.1.0", target, most_votes=3)
            assert packing.pack(session, NAME, "0.1.0", target, most_votes=1000).study == NAME

    def test_says_nothing_of_a_sealed_study(self, database):
        with database.transaction() as session:
            factories.make_study(session, is_sealed=True)
        with pytest.raises(StudySealed):
            packed(database)
        with pytest.raises(UnknownStudy):
            packed(database, "nobody")


class TestUnpack:
    def test_calls_no_model_before_somebody_says_so(self, database, sqlite_database):
        with database.transaction() as session:
            factories.make_study(session, prompts=1, ready=False)
        assert unpacked(sqlite_database, packed(database)).is_paused

    def test_never_writes_over_what_is_here(self, world, database):
        with database.transaction() as session:
            factories.make_study(session, created_at=later(5))
        with pytest.raises(StudyThere, match="another study called 'support-replies'"):
            unpacked(database, packed(world))

    def test_says_that_what_is_here_has_less(self, database, sqlite_database):
        with database.transaction() as session:
            study = factories.make_study(session)
        unpacked(sqlite_database, packed(database))
        with database.transaction() as session:
            rated.vote(session, study)
        with pytest.raises(StudyThere, match="with less in it than the pack has"):
            unpacked(sqlite_database, packed(database))

    @pytest.mark.parametrize(
        ("change", "error", "said"),
        [
            (lambda told: told.update(form=2), PackOfOtherVersion, "reads form 1"),
            (lambda told: told.update(schema="9999"), PackOfOtherVersion, "newer Evenhand"),
            (lambda told: told.update(kind="?"), PackInvalid, "no pack of a study"),
            (lambda told: told.update(study=3), PackInvalid, "no pack of a study"),
            (lambda told: told["rows"].clear(), PackInvalid, "the rows that it counts"),
            (lambda told: told["rows"].update(robot=1), PackInvalid, "the rows that it counts"),
        ],
    )
    def test_refuses_what_says_what_is_not_so(self, world, sqlite_database, change, error, said):
        with pytest.raises(error, match=said):
            unpacked(sqlite_database, changed(packed(world), of_manifest=change))

    @pytest.mark.parametrize(
        ("change", "said"),
        [
            (lambda files: files.update({"../x": b"x"}), "no name in a pack"),
            (lambda files: files.update({"study/a/../b": b"x"}), "no name in a pack"),
            (lambda files: files.update({"rows/vote.jsonl": b"[1]\n"}), "Row 1 .* no object"),
            (lambda files: row(files, "rater", handle=5), "of rater cannot be stored"),
            (lambda files: row(files, "vote", assignment_id=999), "points to assignment"),
            (lambda files: row(files, "vote", choice="\0"), "NUL"),
            (lambda files: row(files, "vote", revision=7), "revisions have no gaps"),
            (lambda files: row(files, "completion", html=["<script>1</script>"]), "holds markup"),
            (lambda files: row(files, "leaderboard", basis=[1]), "not built as ours"),
        ],
    )
    def test_refuses_rows_that_no_study_has(self, world, sqlite_database, change, said):
        with pytest.raises(PackInvalid, match=said):
            unpacked(sqlite_database, changed(packed(world), of_files=change))
        with sqlite_database.reading() as session:
            assert session.scalars(select(models.Study)).all() == []

    def test_refuses_tables_that_it_does_not_know(self, world, sqlite_database):
        odd = changed(
            packed(world),
            lambda files: files.update({"rows/robot.jsonl": b"{}\n"}),
            lambda told: told["rows"].update(robot=1),
        )
        with pytest.raises(PackOfOtherVersion, match="'robot', which this version does not know"):
            unpacked(sqlite_database, odd)
