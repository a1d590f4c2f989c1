import pytest
from flask import Flask

from service.settings import Settings
from service.web import security
from service.web.app import create_app

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; "
    "require-trusted-types-for 'script'; trusted-types evenhand"
)
ALLOWED = {
    *("Content-Type", "Content-Length", "Content-Encoding", "Cache-Control", "Vary", "Location"),
    *("Allow", "Retry-After", "Content-Security-Policy", *security.HEADERS),
}


def every_kind(sitting):
    """Answers of each status that a rater can get."""
    client = sitting.client
    token = sitting.upcoming()[0]["token"]
    yield 200, client.get(sitting.at)
    yield 200, client.get("/")
    yield 200, client.get("/livez")
    yield 200, client.get(f"/i/{sitting.link}")
    yield 200, client.get(sitting.at + "next")
    yield 303, client.post(f"{sitting.at}vote/{token}", data={"choice": "left"})
    yield 308, client.get(sitting.at.rstrip("/"))
    yield 400, client.post(f"{sitting.at}vote/{token}", data=b"{", content_type="application/json")
    yield 403, client.get("/rate/somebody/")
    yield 404, client.get("/nothing")
    yield 404, client.get("/assets/x/nothing.css")
    yield 405, client.post("/livez")
    yield 413, client.post(f"{sitting.at}vote/{token}", data={"choice": "x" * 2_000_000})
    yield 422, client.post(f"{sitting.at}vote/{token}", data={"choice": "best"})


class TestHeaders:
    def test_every_answer_carries_them(self, sitting):
        for status, answer in every_kind(sitting):
            assert answer.status_code == status, answer.request.path
            assert answer.headers["Content-Security-Policy"] == POLICY
            for name, value in security.HEADERS.items():
                assert answer.headers[name] == value
            assert answer.headers["Cache-Control"] == "no-store"

    def test_no_answer_carries_others_or_a_cookie(self, sitting):
        for _, answer in every_kind(sitting):
            assert set(answer.headers.keys()) <= ALLOWED

    def test_files_are_kept_under_their_hash(self, client):
        page = client.get("/").text
        address = page.split('stylesheet" href="')[1].split('"')[0]
        answer = client.get(address)
        assert answer.headers["Cache-Control"] == security.CACHED_FOR_EVER
        assert answer.headers["Content-Security-Policy"] == POLICY
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Cross-Origin-Resource-Policy"] == "same-origin"
        assert "Permissions-Policy" not in answer.headers
        other = client.get(address.replace(address.split("/")[2], "older"))
        assert other.status_code == 200
        assert other.headers["Cache-Control"] == "no-store"

    def test_transport_security_comes_with_tls(self, tmp_path, sqlite_database):
        settings = Settings(data_dir=tmp_path, public_url="https://rate.example.org")
        client = create_app(settings, sqlite_database).test_client()
        assert "max-age=31536000" in client.get("/").headers["Strict-Transport-Security"]

    def test_none_without_tls(self, client):
        assert "Strict-Transport-Security" not in client.get("/").headers


class TestWiden:
    def test_changes_and_drops_directives_of_sighted_pages(self):
        app = Flask("test")
        security.widen(app, "studio", {"style-src": "'self' 'sha256-x'", "trusted-types": None})
        made = app.extensions["evenhand.policies"]["studio"]
        assert "style-src 'self' 'sha256-x';" in made
        assert "trusted-types evenhand" not in made

    def test_never_touches_the_raters(self):
        with pytest.raises(ValueError, match="fixed"):
            security.widen(Flask("test"), "rater", {"script-src": "*"})


class TestOrigins:
    def vote(self, sitting, **headers):
        token = sitting.upcoming()[0]["token"]
        return sitting.client.post(
            f"{sitting.at}vote/{token}", data={"choice": "left"}, headers=headers
        ).status_code

    @pytest.mark.parametrize("site", ["cross-site", "same-site", "other"])
    def test_refuses_other_sites(self, sitting, site):
        assert self.vote(sitting, **{"Sec-Fetch-Site": site}) == 403

    @pytest.mark.parametrize(
        "origin",
        [
            "https://evil.example",
            "http://localhost:1",
            "http://localhost.evil.example",
            "http://[::1",
            "//[x",
        ],
    )
    def test_refuses_other_origins(self, sitting, origin):
        assert self.vote(sitting, Origin=origin) == 403

    @pytest.mark.parametrize(
        "headers",
        [
            {},
            {"Sec-Fetch-Site": "same-origin", "Origin": "null"},
            {"Origin": "http://localhost"},
            {"Origin": "null"},
            {"Origin": "http://127.0.0.1:8000"},
        ],
    )
    def test_takes_our_own(self, sitting, headers):
        assert self.vote(sitting, **headers) == 303


class TestHosts:
    def test_other_hosts_are_refused_with_all_headers(self, tmp_path, sqlite_database):
        settings = Settings(
            data_dir=tmp_path, trusted_hosts="rate.example.org", public_url="http://a.example"
        )
        client = create_app(settings, sqlite_database).test_client()
        assert client.get("/", headers={"Host": "rate.example.org"}).status_code == 200
        assert client.get("/", headers={"Host": "a.example"}).status_code == 200
        answer = client.get("/", headers={"Host": "evil.example"})
        assert answer.status_code == 400
        assert answer.headers["Content-Security-Policy"] == POLICY

    def test_an_address_with_nul_is_no_page(self, both):
        for path in ("/i/a%00b", "/rate/%00/", f"{both.at}again/%00", "/%00"):
            assert both.client.get(path).status_code == 404


FORGED = {"Host": "evil.example", "X-Forwarded-Host": "evil.example", "X-Forwarded-Server": "evil"}
FORGED |= {"Forwarded": "host=evil.example", "X-Original-Host": "evil.example"}


class TestForgedHost:
    """A link that somebody keeps or follows never leads to a Host that a request brought."""

    @pytest.mark.parametrize("path", ["", "link", "help", "votes", "next", "/", "/i/"])
    def test_stands_in_no_page_of_a_rater(self, sitting, path):
        at = {"/": "/", "/i/": f"/i/{sitting.link}"}.get(path, sitting.at + path)
        handle = sitting.at.split("/")[2]
        held = sitting.client.get_cookie("evenhand_rater", path=f"/rate/{handle}")
        cookie = {"Cookie": f"evenhand_rater={held.value}"}
        client = sitting.app.test_client(use_cookies=False)
        answer = client.get(at, headers={**FORGED, **cookie})
        assert answer.status_code == 200
        assert "evil" not in answer.text + str(answer.headers)

    @pytest.mark.parametrize(
        ("method", "path"), [("GET", ""), ("POST", "i"), ("GET", "s"), ("GET", "x")]
    )
    def test_is_no_place_to_be_sent_to(self, sitting, method, path):
        at = {
            "": sitting.at.rstrip("/"),
            "i": f"/i/{sitting.link}",
            "s": "/studio",
            "x": "/nothing",
        }[path]
        answer = sitting.app.test_client().open(at, method=method, headers=FORGED)
        assert "evil" not in answer.text + str(answer.headers)
        broken = sitting.app.test_client().get("/studio", headers={"Host": "[::1"})
        assert broken.status_code < 500
        if path != "x":
            assert answer.headers["Location"].startswith("/")
