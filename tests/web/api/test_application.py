from service.web.api import application


class TestOperations:
    def test_are_told_apart_by_names_that_clients_can_use(self):
        every = application.operations()
        names = [each.id for each in every]
        assert len(set(names)) == len(names) > 35
        assert all(name.isidentifier() and "_" in name for name in names)
        for each in every:
            assert each.summary.endswith("."), each.id


class TestCreateApi:
    def test_is_reached_below_its_path_alone(self, client):
        assert client.get("/api/v1/openapi.json").status_code == 200
        assert client.get("/api/v1/docs").status_code == 200
        assert client.get("/api/v2/studies").status_code == 404
        assert client.get("/api").content_type.startswith("text/html")

    def test_carries_the_strict_headers(self, client):
        headers = client.get("/api/v1/docs").headers
        assert "default-src 'none'" in headers["Content-Security-Policy"]
        assert "unsafe" not in headers["Content-Security-Policy"]
        assert headers["Cache-Control"] == "no-store"
        assert "Set-Cookie" not in headers
