from service import running
from service.cli import operations
from service.database import now
from service.store import migrate as migrations
from service.usecases import accounts, upkeep


class TestMigrate:
    def test_brings_the_database_to_the_newest_schema(self, home, say):
        assert "newest schema" in say(operations.migrate)
        assert upkeep.is_migrated(home.database)

    def test_goes_back_after_a_backup_and_any_command_comes_forward_again(
        self, home, say, tmp_path
    ):
        older, file = migrations.revisions()[-2], tmp_path / "before.backup"
        said = say(operations.migrate, "--back-to", older, "--backup", file)
        assert f"older schema {older}" in said
        assert migrations.current(home.database.engine) == older
        assert file.exists()
        home.close()
        assert "newest schema" in say(operations.migrate)
        assert upkeep.is_migrated(home.database)

    def test_goes_back_neither_without_a_backup_nor_while_it_runs(self, home, say, tmp_path):
        words = ("--back-to", migrations.revisions()[-2])
        assert "needs both" in say(operations.migrate, *words)
        running.note(home.given)
        said = say(operations.migrate, *words, "--backup", tmp_path / "before.backup")
        assert "Stop it first" in said
        assert upkeep.is_migrated(home.database)
        running.forget(home.given)


class TestSignIn:
    def test_prints_a_link_that_signs_the_operator_in_once(self, home, say):
        link = say(operations.sign_in).strip()
        start = f"{home.settings.web_address}/sign-in/"
        assert link.startswith(start)
        assert link.endswith("?next=/studio/")
        token = link.removeprefix(start).removesuffix("?next=/studio/")
        with home.database.transaction() as session:
            signed_in = accounts.sign_in(session, token, now(session))
        assert signed_in.account.role == "admin"
