import re

from tests import boards

PAGE = "support-replies/decisions"


def decide(studio, **fields):
    shown = re.search(r'name="leaderboard" value="(\d+)"', studio.page(PAGE))
    given = {"leaderboard": shown[1], "chosen": "configuration:retrieval", "who": "Ada"}
    return studio.post(PAGE, **{**given, **fields})


class TestListDecisions:
    def test_asks_below_what_the_card_says(self, studio):
        studio.rank(studio.study(), boards.pair())
        page = studio.page(PAGE)
        assert "retrieval is preferred to fine-tune." in page
        assert "The leaderboard recommends retrieval. Another decision needs a reason." in page
        assert PAGE in studio.page("support-replies/leaderboard")

    def test_says_so_where_there_is_nothing_to_decide_on(self, studio):
        studio.study()
        assert "no leaderboard yet" in studio.page(PAGE)

    def test_says_of_a_sealed_study_only_that_it_is_sealed(self, studio):
        studio.rank(studio.study(is_sealed=True), boards.pair())
        answer = studio.get(PAGE)
        assert answer.status_code == 409
        assert "sealed" in answer.text
        assert "retrieval" not in answer.text
        answer = studio.post(PAGE, chosen="configuration:retrieval", who="Ada")
        assert answer.status_code == 409

    def test_shows_a_viewer_what_was_decided_and_no_form(self, studio, viewer):
        studio.rank(studio.study(), boards.pair())
        decide(studio)
        page = viewer.page(PAGE)
        assert "Ada decided on" in page
        assert 'name="chosen"' not in page


class TestDecide:
    def test_is_kept_and_shown_on_the_leaderboard(self, studio):
        studio.rank(studio.study(), boards.pair())
        assert decide(studio).status_code == 303
        for path in (PAGE, "support-replies/leaderboard"):
            page = studio.page(path)
            assert "Ada decided on" in page
            assert ": retrieval." in page
            assert "fingerprint" in page

    def test_loses_nothing_that_was_typed_where_a_reason_is_missing(self, studio):
        studio.rank(studio.study(), boards.pair())
        answer = decide(studio, chosen="none", who="Ada & Ben")
        assert answer.status_code == 422
        assert "Say why" in answer.text
        assert 'value="Ada &amp; Ben"' in answer.text
        assert 'value="none" selected' in answer.text
        assert "Ada &amp; Ben decided" not in studio.page(PAGE)
        assert decide(studio, chosen="none", because="<b>Too dear</b>").status_code == 303
        assert "&lt;b&gt;Too dear" in studio.page(PAGE)

    def test_refuses_what_no_form_of_ours_sends(self, studio):
        studio.rank(studio.study(), boards.pair())
        for chosen in ("", "retrieval", "configuration:", "configuration:nobody"):
            answer = decide(studio, chosen=chosen)
            assert answer.status_code == 422, chosen
            assert "Choose" in answer.text
        assert decide(studio, leaderboard="99").status_code == 404
