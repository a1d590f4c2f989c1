import gzip
import re

import pytest

from service.store import models
from service.web.rater.answers import AHEAD, PAUSE_EVERY


class TestRate:
    def test_shows_a_matchup_as_a_plain_form(self, sitting):
        page = sitting.client.get(sitting.at).text
        assert re.search(r"Question \d\?", page)
        assert "Plain says" in page
        assert "Retrieval says" in page
        values = re.findall(r'name="choice"\s+value="(\w+)"', page)
        assert values == ["left_much", "left", "both_good", "both_bad", "right", "right_much"]
        assert "0 of 3" in page

    def test_looking_again_shows_the_same(self, sitting):
        token = re.compile(r'data-token="([^"]+)"')
        first, second = (sitting.client.get(sitting.at).text for _ in range(2))
        assert token.search(first)[1] == token.search(second)[1]

    def test_says_what_was_said_only_in_our_words(self, sitting):
        assert "You said: Both bad" in sitting.client.get(sitting.at + "?said=both_bad").text
        assert "&lt;b" not in sitting.client.get(sitting.at + "?said=<b>").text

    def test_a_draft_has_nothing_yet(self, seat, sqlite_database):
        made = seat(sqlite_database, state="draft")
        assert "Nothing to judge yet" in made.client.get(made.at).text

    def test_when_all_is_done_it_says_so(self, sitting):
        for _ in range(3):
            sitting.vote(sitting.upcoming()[0]["token"])
        page = sitting.client.get(sitting.at).text
        assert "That is all for now" in page
        assert "You have judged 3 comparisons" in page

    def test_a_closed_study_thanks(self, sitting):
        with sitting.database.transaction() as session:
            session.get_one(models.Study, sitting.study.id).state = "closed"
        answer = sitting.client.get(sitting.at, follow_redirects=True)
        assert "This study is closed" in answer.text

    def test_several_turns_are_numbered_on_both_sides_alike(self, seat, sqlite_database):
        made = seat(
            sqlite_database,
            completion_fields={
                name: {"html": [f"<p>{name} one</p>", f"<p>{name} two</p>"]}
                for name in ("Plain", "Retrieval")
            },
        )
        piece = made.upcoming()[0]
        for side in ("left", "right"):
            assert re.findall(r'class="turn">(\d)', piece[side]) == ["1", "2"]

    def test_no_script_or_style_stands_in_the_page(self, sitting):
        page = sitting.client.get(sitting.at).text
        assert not re.search(r"<script(?![^>]* src=)|<style|style=|\son\w+=|javascript:", page)


class TestUpcoming:
    def test_sends_what_the_page_does_not_have(self, seat, sqlite_database):
        made = seat(sqlite_database, prompts=AHEAD + 3)
        tokens = [piece["token"] for piece in made.upcoming()]
        assert len(tokens) == AHEAD == 5
        rest = made.client.get(f"{made.at}next?have={tokens[0]},nothing").get_json()
        assert [piece["token"] for piece in rest["assignments"]] == tokens[1:]

    def test_comes_compressed_where_that_is_understood(self, sitting):
        plain = sitting.client.get(sitting.at + "next")
        small = sitting.client.get(sitting.at + "next", headers={"Accept-Encoding": "gzip"})
        assert small.headers["Content-Encoding"] == "gzip"
        assert gzip.decompress(small.data) == plain.data
        assert len(small.data) < len(plain.data)

    def test_its_members_are_these_and_no_others(self, sitting):
        answer = sitting.client.get(sitting.at + "next").get_json()
        assert set(answer) == {"assignments", "progress"}
        assert set(answer["assignments"][0]) == {
            "token", "is_practice", "lang", "prompt", "left", "right",
        }  # fmt: skip
        assert set(answer["progress"]) == {"done", "total", "pace", "is_over", "is_waiting"}

    def test_its_pieces_are_the_pages_own(self, sitting):
        page = sitting.client.get(sitting.at).text
        piece = sitting.upcoming()[0]
        for part in ("prompt", "left", "right"):
            assert piece[part].strip() in page


class TestAgain:
    def test_offers_to_change_a_vote(self, sitting):
        token = sitting.upcoming()[0]["token"]
        sitting.vote(token, "left")
        page = sitting.client.get(f"{sitting.at}again/{token}").text
        assert "You said: A better. Choose again to change it." in page
        assert 'name="supersedes" value="1"' in page
        assert re.findall(r'value="(\w+)"\s+aria-pressed="true"', page) == ["left"]

    def test_offers_to_leave_a_vote_as_it_is(self, sitting):
        token = sitting.upcoming()[0]["token"]
        fresh = sitting.client.get(sitting.at).text
        assert 'id="leave"' not in fresh
        assert 'aria-pressed="true"' not in fresh.partition("<fieldset")[2]
        sitting.vote(token, "left")
        page = sitting.client.get(f"{sitting.at}again/{token}").text
        assert f'id="leave" href="{sitting.at}"' in page
        assert re.search(r'id="skip"[^>]*\shidden\s*>', page)

    def test_anothers_assignment_is_unknown(self, sitting, seat):
        token = sitting.upcoming()[0]["token"]
        other = seat(sitting.database, name="other")
        foreign = other.client.get(f"{other.at}again/{token}")
        nothing = other.client.get(f"{other.at}again/nothing")
        assert foreign.status_code == nothing.status_code == 404
        assert foreign.data == nothing.data


class TestOwnVotes:
    def test_lists_what_was_said(self, sitting):
        assert "There are none yet." in sitting.client.get(sitting.at + "votes").text
        token = sitting.upcoming()[0]["token"]
        sitting.vote(token, "right_much")
        page = sitting.client.get(sitting.at + "votes").text
        assert "B much better" in page
        assert f"{sitting.at}again/{token}" in page


class TestPause:
    def test_comes_after_ten_votes(self, seat, sqlite_database):
        made = seat(sqlite_database, prompts=PAUSE_EVERY + 1)
        for number in range(PAUSE_EVERY):
            token = made.upcoming()[0]["token"]
            answer = made.client.post(f"{made.at}vote/{token}", data={"choice": "left"})
            is_last = number == PAUSE_EVERY - 1
            assert answer.location.endswith("pause") is is_last
        page = made.client.get(answer.location).text
        assert "You have done 10" in page
        assert "1 to go." in page

    def test_does_not_come_when_nothing_is_left(self, seat, sqlite_database):
        made = seat(sqlite_database, prompts=PAUSE_EVERY)
        for _ in range(PAUSE_EVERY):
            token = made.upcoming()[0]["token"]
            answer = made.client.post(f"{made.at}vote/{token}", data={"choice": "left"})
        assert answer.location == made.at + "?said=left"

    def test_tells_how_long_the_rest_may_take(self, seat, sqlite_database):
        made = seat(sqlite_database, prompts=7)
        for piece in made.upcoming()[:3]:
            made.vote(piece["token"], duration_ms=40_000)
        page = made.client.get(made.at + "pause").text
        assert "4 to go, about 3 min at your pace." in page


class TestQuota:
    def test_is_told_before_the_start_and_thanked_for(self, seat, sqlite_database):
        made = seat(sqlite_database, prompts=6, options={"quota": 2, "repeats": 0})
        door = made.app.test_client().get(f"/i/{made.link}").text
        assert "Good to see you again" in door  # `seat` has pressed Start
        assert "0 of 2" in made.client.get(made.at).text
        first, second, third = (piece["token"] for piece in made.upcoming()[:3])
        answer = made.client.post(f"{made.at}vote/{first}", data={"choice": "left"})
        assert answer.location == made.at + "?said=left"
        answer = made.client.post(f"{made.at}skip/{second}", data={})
        assert answer.location == made.at + "pause"
        page = made.client.get(answer.location).text
        assert "You have done all 2 that we asked for." in page
        assert made.at + "finish" in page
        assert ">Go on<" in page
        again = made.app.test_client().get(f"/i/{made.link}").text
        assert "You have done all 2 that we asked for: thank you!" in again
        assert "2 of 2" in made.client.get(made.at).text
        answer = made.client.post(f"{made.at}vote/{third}", data={"choice": "left"})
        assert answer.location == made.at + "?said=left"
        assert "3 of " in made.client.get(made.at).text

    def test_now_it_counts_after_a_practice_and_not_later(self, seat, sqlite_database):
        made = seat(sqlite_database, options={})
        assert "Now it counts." in made.client.get(made.at).text
        made.vote(made.upcoming()[0]["token"])
        assert "Now it counts." not in made.client.get(made.at).text


class TestFinish:
    def test_asks_first_and_then_ends_for_good(self, sitting):
        token = sitting.upcoming()[0]["token"]
        sitting.vote(token)
        page = sitting.client.get(sitting.at + "finish").text
        assert "Finish for good?" in page
        assert "your votes can no longer be changed" in page
        # What cannot be taken back is not what lies nearest while there is more to do.
        assert re.search(r'<a class="primary"[^>]*>Go on rating<', page)
        assert '<button class="second">Finish for good<' in page
        answer = sitting.client.post(sitting.at + "finish", follow_redirects=True)
        assert "Thank you" in answer.text
        assert sitting.client.get(sitting.at).location == sitting.at + "done"
        assert sitting.upcoming() == []
        revised = sitting.vote(token, "right", key="other", supersedes=1)
        assert revised.status_code == 409

    @pytest.mark.parametrize("path", ["done"])
    def test_there_is_no_end_before_it(self, sitting, path):
        assert sitting.client.get(sitting.at + path).location == sitting.at


class TestNothingLeft:
    def test_the_last_one_can_be_taken_back(self, seat, sqlite_database):
        made = seat(sqlite_database, prompts=1, options={"repeats": 0, "practice": []})
        (piece,) = made.upcoming()
        made.post(f"skip/{piece['token']}", key="s")
        page = made.client.get(made.at).text
        form = re.search(r'<form id="undo".*?</form>', page, re.DOTALL)[0]
        fields = dict(re.findall(r'name="(\w+)" value="([^"]+)"', form))
        back = made.client.post(made.at + "undo", data=fields)
        assert back.location == f"{made.at}again/{piece['token']}"
        assert made.vote(piece["token"]).status_code == 200

    def test_nothing_is_taken_back_where_nothing_was_done(self, seat, sqlite_database):
        made = seat(sqlite_database, prompts=0, options={"practice": []})
        assert 'id="undo"' not in made.client.get(made.at).text


class TestPractice:
    @pytest.fixture
    def newcomer(self, seat, sqlite_database):
        return seat(sqlite_database, options={})

    def test_comes_first_and_is_kept_nowhere(self, newcomer):
        answer = newcomer.client.post(f"/i/{newcomer.link}")
        assert answer.location == newcomer.at + "practice"
        page = newcomer.client.get(answer.location).text
        assert "basil" in page
        assert "This one is not kept." in page
        voted = newcomer.client.post(answer.location, data={"choice": "left"})
        assert voted.location == newcomer.at
        with newcomer.database.reading() as session:
            assert session.query(models.Vote).count() == 0

    def test_is_not_offered_to_somebody_who_has_begun(self, newcomer):
        newcomer.upcoming()
        assert newcomer.client.post(f"/i/{newcomer.link}").location == newcomer.at

    def test_may_have_texts_of_the_study(self, seat, sqlite_database):
        made = seat(sqlite_database, options={"practice": ["Which?", "This *one*.", "That."]})
        page = made.client.get(made.at + "practice").text
        assert "<em>one</em>" in page
        assert "basil" not in page

    def test_a_study_may_want_none(self, sitting):
        assert sitting.client.get(sitting.at + "practice").location == sitting.at


class TestDifferences:
    def test_are_marked_on_both_sides(self, sitting):
        piece = sitting.upcoming()[0]
        answer = sitting.client.get(f"{sitting.at}differences/{piece['token']}").get_json()
        assert set(answer) == {"left", "right"}
        marks = {re.search("<mark>(.*?)</mark>", answer[side])[1] for side in answer}
        assert marks == {"Plain", "Retrieval"}

    def test_of_anothers_matchup_are_unknown(self, sitting, seat):
        token = sitting.upcoming()[0]["token"]
        other = seat(sitting.database, name="other")
        assert other.client.get(f"{other.at}differences/{token}").status_code == 404
