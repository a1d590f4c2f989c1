import re

import pytest
from sqlalchemy import select

from service.store import models
from service.usecases import invites
from tests import boards, factories
from tests.web.researcher.test_access import filled, studio_rules

PAGE = "support-replies/decisions"


def make(studio, **fields) -> str:
    """Make a link on the page, and return its path."""
    answer = studio.post("support-replies/shares", **{"days": "30", **fields})
    assert answer.status_code == 200, answer.text
    found = re.search(r'value="https?://[^"/]+(/shared/[^"]+)"', answer.text)
    assert found
    return found[1]


def change(studio, **values) -> None:
    with studio.database.transaction() as session:
        row = session.scalars(select(models.Share)).one()
        for name, value in values.items():
            setattr(row, name, value)


@pytest.fixture
def ranked(studio):
    studio.made = studio.study()
    studio.rank(studio.made, boards.pair())
    return studio


class TestOpenShare:
    def test_shows_the_report_to_somebody_who_is_signed_in_nowhere(self, ranked, app):
        answer = app.test_client().get(make(ranked))
        assert answer.status_code == 200
        assert "retrieval is preferred to fine-tune." in answer.text
        assert "This browser has now seen results" in answer.text
        assert 'id="texts"' not in answer.text
        policy = answer.headers["Content-Security-Policy"]
        assert "style-src 'self' 'sha256-" in policy
        assert "unsafe" not in policy

    def test_shows_texts_where_they_were_allowed(self, ranked, app):
        assert 'id="texts"' in app.test_client().get(make(ranked, texts="1")).text

    def test_its_address_is_shown_once_and_kept_nowhere(self, ranked):
        token = make(ranked).rpartition("/")[2]
        assert token not in ranked.page(PAGE)

    @pytest.mark.parametrize(
        ("values", "said"),
        [
            ({"expires_at": factories.MOMENT}, "This link ended on 20"),
            ({"revoked_at": factories.MOMENT}, "This link was withdrawn."),
            ({"token_hash": "other"}, "part of it is missing"),
        ],
    )
    def test_a_cold_link_explains_itself(self, ranked, app, values, said):
        path = make(ranked)
        change(ranked, **values)
        client = app.test_client()
        answer = client.get(path)
        assert answer.status_code == 404
        assert said in answer.text
        assert "retrieval" not in answer.text
        assert client.get_cookie("evenhand_seen") is None
        german = client.get(path, headers={"Accept-Language": "de"}).text
        assert "Dieser Link zeigt keinen Bericht" in german

    def test_does_without_what_a_sentence_left_at_its_end(self, ranked, app):
        assert app.test_client().get(make(ranked) + ".").status_code == 200

    def test_marks_its_browser_so_that_who_rates_there_is_sighted(self, ranked, app):
        path = make(ranked)
        with ranked.database.transaction() as session:
            link = invites.make(
                session, "support-replies", "personal", "Ben", factories.later(0), factories.KEY
            ).link_token
        client = app.test_client()
        at = "/".join(client.post(f"/i/{link}").location.split("/")[:3])
        blind = client.get(f"{at}/next")
        assert not marked(ranked)
        client.get(path)
        seen = client.get(f"{at}/next")
        assert marked(ranked)
        assert seen.get_json() == blind.get_json()
        assert sorted(seen.headers.keys()) == sorted(blind.headers.keys())

    def test_keeps_marks_of_several_studies_and_a_bounded_number(self, ranked, app):
        client = app.test_client()
        client.set_cookie("evenhand_seen", ".".join(["a" * 12, "<b>", "c" * 12] * 40))
        client.get(make(ranked))
        kept = client.get_cookie("evenhand_seen").value.split(".")
        assert 15 < len(kept) <= 20
        assert set(kept[:-1]) == {"a" * 12, "c" * 12}


def marked(studio) -> bool:
    with studio.database.reading() as session:
        return bool(session.scalars(select(models.Rater.is_sighted)).all()[-1])


class TestMakeShare:
    def test_loses_nothing_where_something_is_amiss(self, ranked):
        for days, said in (("", "how many days"), ("x", "how many days"), ("999", "1 to 365 days")):
            answer = ranked.post("support-replies/shares", days=days, label="Board & all")
            assert answer.status_code == 422
            assert said in answer.text
            assert 'value="Board &amp; all"' in answer.text

    def test_is_a_researchers(self, ranked, viewer):
        assert viewer.post("support-replies/shares", days="3").status_code == 403
        assert 'name="days"' not in viewer.page(PAGE)


class TestRevokeShare:
    def test_takes_effect_at_once(self, ranked, app):
        path = make(ranked)
        found = re.search(r"shares/(\d+)/revoke", ranked.page(PAGE))
        ranked.post(f"support-replies/shares/{found[1]}/revoke")
        assert "was withdrawn" in app.test_client().get(path).text
        assert "withdrawn" in ranked.page(PAGE)


class TestSealed:
    """Every route that shows or records results, on a study sealed after links were made."""

    def test_no_route_shows_a_result(self, ranked, app):
        path = make(ranked)
        ranked.post(PAGE, chosen="configuration:retrieval", who="Ada")
        with ranked.database.transaction() as session:
            session.get_one(models.Study, ranked.made.id).is_sealed = True
        told = re.compile(r"is preferred to|Ada|63\s?%|fingerprint")
        walked = 0
        for rule in studio_rules(app):
            if "<name>" not in rule.rule or "GET" not in rule.methods:
                continue
            answer = ranked.client.get(filled(rule))
            assert not told.search(answer.text), rule.rule
            walked += 1
        assert walked > 15
        for answer in (
            app.test_client().get(path),
            ranked.post(PAGE, chosen="none", who="Ada", because="So."),
            ranked.post("support-replies/shares", days="3"),
        ):
            assert answer.status_code == 409
            assert "sealed" in answer.text
            assert not told.search(answer.text)

    def test_a_marked_browser_is_none_whose_link_showed_nothing(self, ranked, app):
        path = make(ranked)
        with ranked.database.transaction() as session:
            session.get_one(models.Study, ranked.made.id).is_sealed = True
        client = app.test_client()
        client.get(path)
        assert client.get_cookie("evenhand_seen") is None
