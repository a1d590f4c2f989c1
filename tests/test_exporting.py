import hashlib
import io
import json
import zipfile

from service import exporting
from service.database import now
from service.domain.export import ExportState
from service.formats.exports import kinds
from service.formats.exports.policy import Policy, Split
from service.usecases.sighted.studies import export_files
from tests import factories
from tests.usecases.sighted.results import rated

NAME = "support-replies"


def ask(database, form="trl-dpo", policy=Policy()):  # noqa: B008 - frozen
    with database.transaction() as session:
        return export_files.ask(session, NAME, form, policy, Split(), now(session))


def find(database, token):
    with database.reading() as session:
        return export_files.find(session, NAME, token, now(session))


def fetch(database, file):
    with database.reading() as session:
        parts = export_files.read(session, NAME, file.token, 0, file.size - 1, now(session))
        return b"".join(parts)


class TestMakeDue:
    def test_makes_what_waits_and_says_why_where_nothing_comes_out(self, database):
        with database.transaction() as session:
            study = factories.make_study(session, prompts=12)
        empty = ask(database, "csv", Policy(least_votes=2))
        exporting.make_due(database, "key")
        assert "no votes to export yet" in find(database, empty).note
        with database.transaction() as session:
            rated.vote(session, study)
        tokens = [ask(database), ask(database, "ultrafeedback")]
        exporting.make_due(database, "key")
        dpo, parquet = (find(database, token) for token in tokens)
        assert (dpo.state, dpo.rows, dpo.done, dpo.matchups) == (ExportState.READY, 12, 12, 12)
        content = fetch(database, dpo)
        assert hashlib.sha256(content).hexdigest() == dpo.digest
        packed = zipfile.ZipFile(io.BytesIO(content))
        names = [each.removeprefix(f"{NAME}-trl-dpo/") for each in packed.namelist()]
        assert names == sorted(names)
        assert {"manifest.json", "README.md", "train.jsonl"} <= set(names)
        told = json.loads(packed.read(f"{NAME}-trl-dpo/manifest.json"))
        for file, about in told["files"].items():
            found = hashlib.sha256(packed.read(f"{NAME}-trl-dpo/{file}")).hexdigest()
            assert found == about["sha256"]
        assert zipfile.ZipFile(io.BytesIO(fetch(database, parquet))).testzip() is None

        again = ask(database)
        exporting.make_due(database, "key")
        assert find(database, again).digest == dpo.digest


class TestWrite:
    def test_makes_the_same_files_as_a_folder(self, sqlite_database, tmp_path):
        with sqlite_database.transaction() as session:
            rated.vote(session, factories.make_study(session, prompts=3))
        asked = (kinds.by_name("csv"), Policy(), Split())
        folder = tmp_path / "out"
        folder.mkdir()
        told = exporting.write(sqlite_database, NAME, folder, *asked, "key")
        assert told["rows_out"] == 3
        assert sorted(path.name for path in folder.iterdir()) == [
            "README.md", "manifest.json", "rows.csv",
        ]  # fmt: skip
