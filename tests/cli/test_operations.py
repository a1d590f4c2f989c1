from service.cli import operations
from service.database import now
from service.usecases import accounts, upkeep


class TestMigrate:
    def test_brings_the_database_to_the_newest_schema(self, home, say):
        assert "newest schema" in say(operations.migrate)
        assert upkeep.is_migrated(home.database)


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
