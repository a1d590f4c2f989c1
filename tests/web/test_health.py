from sqlalchemy import text

from service.database import Database
from service.settings import Settings
from service.web.app import create_app


class TestLivez:
    def test_needs_nothing(self, tmp_path):
        away = Database("postgresql+psycopg://nobody@127.0.0.1:1/nothing")
        client = create_app(Settings(data_dir=tmp_path), away).test_client()
        assert client.get("/livez").status_code == 200
        assert client.get("/readyz").status_code == 503
        assert client.get("/readyz").get_json() == {"database": "away", "schema": "not current"}
        away.engine.dispose()


class TestReadyz:
    def test_is_ready_without_a_queue(self, settings, database):
        client = create_app(settings, database).test_client()
        answer = client.get("/readyz")
        assert answer.status_code == 200
        assert answer.get_json() == {"database": "up", "schema": "current"}

    def test_is_not_ready_on_an_older_schema(self, settings, database):
        with database.transaction() as session:
            session.execute(text("UPDATE alembic_version SET version_num = '0000'"))
        answer = create_app(settings, database).test_client().get("/readyz")
        assert answer.status_code == 503
        assert answer.get_json()["schema"] == "not current"
