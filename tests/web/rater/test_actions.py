import re

import pytest
from sqlalchemy import select

from service.store import models


def stored(sitting) -> list[tuple[str | None, int]]:
    with sitting.database.reading() as session:
        rows = session.scalars(select(models.Vote).order_by(models.Vote.id))
        return [(row.choice, row.revision) for row in rows]


def tokens(answer) -> list[str]:
    return [piece["token"] for piece in answer.get_json()["assignments"]]


class TestBring:
    @pytest.fixture
    def long(self, seat, database):
        return seat(database, prompts=9)

    def test_what_comes_next_comes_with_the_answer_to_a_vote_once_the_deck_runs_low(self, long):
        deck = [piece["token"] for piece in long.upcoming()]
        assert len(deck) == 5
        assert tokens(long.vote(deck.pop(0), have=deck)) == []
        assert tokens(long.vote(deck.pop(0), have=deck)) == []
        answer = long.vote(deck.pop(0), have=deck)
        assert set(answer.get_json()) >= {"saved", "choice", "assignments", "progress"}
        assert len(tokens(answer)) == 3
        assert [piece["token"] for piece in long.upcoming()] == [*deck, *tokens(answer)]

    def test_with_the_answer_to_a_skip_too(self, long):
        deck = [piece["token"] for piece in long.upcoming()]
        for _ in range(2):
            long.vote(deck.pop(0), have=deck)
        token = deck.pop(0)
        assert len(tokens(long.post(f"skip/{token}", key="s", have=deck))) == 3

    def test_the_pace_comes_with_what_is_new(self, long):
        deck = [piece["token"] for piece in long.upcoming()]
        paces = []
        for token in deck[:3]:
            deck.remove(token)
            answer = long.vote(token, have=deck, duration_ms=7000)
            paces.append(answer.get_json()["progress"]["pace"])
        assert paces == [None, None, 7]

    def test_what_the_page_lacks_comes_at_once(self, long):
        first, *rest = (piece["token"] for piece in long.upcoming())
        assert tokens(long.vote(first, have=rest[:1])) == rest[1:]

    def test_is_the_same_as_next_would_bring(self, long):
        deck = [piece["token"] for piece in long.upcoming()]
        for token in deck[:3]:
            brought = long.vote(token, have=[]).get_json()
        asked = long.client.get(long.at + "next").get_json()
        assert len(asked["assignments"]) == 5
        assert brought["assignments"] == asked["assignments"]
        assert brought["progress"] == asked["progress"]

    def test_a_page_that_does_not_say_gets_none(self, long):
        answer = long.vote(long.upcoming()[0]["token"])
        assert "assignments" not in answer.get_json()

    def test_nothing_comes_before_the_marks_of_a_vote(self, seat, database):
        marked = seat(database, prompts=9, options={"criteria": ["Kind"]})
        first, *rest = (piece["token"] for piece in marked.upcoming())
        assert tokens(marked.vote(first, have=[])) == []
        kept = marked.post(f"marks/{first}", criteria=["left"], key="m", have=[])
        assert tokens(kept) == rest

    def test_a_vote_sent_twice_is_stored_once_and_brings_it_again(self, long):
        first, *rest = (piece["token"] for piece in long.upcoming())
        one, other = long.vote(first, have=rest), long.vote(first, have=rest)
        assert one.get_json() == other.get_json()
        assert len(stored(long)) == 1

    @pytest.mark.parametrize("have", ["token", {"a": 1}, [1], None])
    def test_what_is_no_list_of_tokens_is_refused_and_nothing_stored(self, long, have):
        assert long.vote(long.upcoming()[0]["token"], have=have).status_code == 422
        assert stored(long) == []


class TestCast:
    def test_stores_a_vote_and_says_so(self, both):
        answer = both.vote(both.upcoming()[0]["token"], "left_much", duration_ms=4200)
        assert answer.status_code == 200
        assert answer.get_json() == {
            "saved": True,
            "choice": "left_much",
            "revision": 1,
            "is_late": False,
            "progress": {
                "done": 1,
                "total": 3,
                "pace": None,
                "is_over": False,
                "is_waiting": False,
            },
        }
        assert stored(both) == [("left_much", 1)]

    def test_the_same_key_and_body_gets_the_same_answer(self, both):
        token = both.upcoming()[0]["token"]
        first, second = both.vote(token), both.vote(token)
        assert first.get_json() == second.get_json()
        assert len(stored(both)) == 1

    def test_the_same_key_with_another_body_is_refused(self, both):
        token = both.upcoming()[0]["token"]
        both.vote(token, "left", key="k1")
        assert both.vote(token, "right", key="k1").status_code == 422
        assert stored(both) == [("left", 1)]

    def test_another_key_learns_what_was_said(self, both):
        token = both.upcoming()[0]["token"]
        both.vote(token, "left", key="k1")
        answer = both.vote(token, "right", key="k2")
        assert answer.status_code == 409
        assert answer.get_json()["choice"] == "left"
        assert answer.get_json()["type"] == "urn:evenhand:already-voted"

    def test_a_revision_names_what_it_supersedes(self, both):
        token = both.upcoming()[0]["token"]
        both.vote(token, "left", key="k1")
        assert both.vote(token, "right", key="k2", supersedes=1).status_code == 200
        assert stored(both) == [("left", 1), ("right", 2)]

    def test_a_plain_form_goes_on_to_the_next(self, both):
        token = both.upcoming()[0]["token"]
        fields = {"choice": "both_good", "key": "k", "supersedes": "0"}
        answers = [both.client.post(f"{both.at}vote/{token}", data=fields) for _ in range(2)]
        assert [answer.status_code for answer in answers] == [303, 303]
        assert answers[0].location == both.at + "?said=both_good"
        assert stored(both) == [("both_good", 1)]

    def test_anothers_assignment_takes_no_vote(self, both, seat):
        token = both.upcoming()[0]["token"]
        other = seat(both.database, name="other")
        foreign, nothing = other.vote(token), other.vote("nothing")
        assert foreign.status_code == 404
        assert foreign.data == nothing.data
        assert stored(both) == []

    @pytest.mark.parametrize(
        ("body", "status"),
        [
            ({}, 422),
            ({"choice": "tie", "key": "k"}, 422),
            ({"choice": 1, "key": "k"}, 422),
            ({"choice": "left", "key": "x" * 65}, 422),
            ({"choice": "left", "key": "ключ"}, 422),
            ({"choice": "left", "key": "a\0"}, 422),
            ({"choice": "left", "key": "k", "supersedes": "x"}, 422),
            ({"choice": "left", "key": "k", "supersedes": True}, 422),
            ({"choice": "left", "key": "k", "duration_ms": 1.5}, 422),
            ({"choice": "left", "key": "k", "supersedes": 2**63}, 400),
            ({"choice": "left", "key": "k", "duration_ms": -5}, 200),
            ({"choice": "left", "key": "k", "duration_ms": 2**60}, 200),
            ({"choice": "left", "key": "k", "supersedes": 2**60}, 200),
        ],
    )
    def test_bad_fields_are_refused_and_odd_numbers_bounded(self, both, body, status):
        token = both.upcoming()[0]["token"]
        assert both.post(f"vote/{token}", **body).status_code == status

    def test_a_vote_after_the_end_is_kept_as_late(self, both):
        token = both.upcoming()[0]["token"]
        both.client.post(both.at + "finish")
        assert both.vote(token).get_json()["is_late"] is True
        assert stored(both) == [("left", 1)]


class TestSkip:
    def test_leaves_one_out(self, both):
        first = both.upcoming()[0]["token"]
        answer = both.post(f"skip/{first}", key="k")
        assert answer.get_json()["progress"]["done"] == 1
        assert first not in [piece["token"] for piece in both.upcoming()]

    def test_twice_is_once_and_a_form_goes_on(self, both):
        first = both.upcoming()[0]["token"]
        for _ in range(2):
            answer = both.client.post(f"{both.at}skip/{first}")
            assert answer.location == f"{both.at}?told=skipped"
        assert "Skipped." in both.client.get(answer.location).text

    def test_of_what_was_judged_is_refused_with_what_was_said(self, both):
        token = both.upcoming()[0]["token"]
        both.vote(token)
        for _ in range(2):
            answer = both.post(f"skip/{token}", key="k")
            assert (answer.status_code, answer.get_json()["choice"]) == (409, "left")
            assert "already judged" in answer.get_json()["detail"]
        assert both.client.post(f"{both.at}skip/{token}").status_code == 409
        assert stored(both) == [("left", 1)]
        both.post("undo", key="u")
        assert both.post(f"skip/{token}", key="k2").status_code == 200

    def test_can_be_taken_back(self, both):
        voted, skipped = (piece["token"] for piece in both.upcoming()[:2])
        both.vote(voted)
        both.post(f"skip/{skipped}", key="k")
        answer = both.post("undo", key="u", token=skipped).get_json()
        assert answer["assignment"]["token"] == skipped
        assert answer["progress"]["done"] == 1
        assert stored(both) == [("left", 1)]
        assert skipped in [piece["token"] for piece in both.upcoming()]

    def test_can_be_taken_back_by_form(self, both):
        voted, skipped = (piece["token"] for piece in both.upcoming()[:2])
        both.vote(voted)
        page = both.client.get(both.client.post(f"{both.at}skip/{skipped}").location).text
        form = re.search(r'<form id="undo-form".*?</form>', page, re.DOTALL)[0]
        fields = dict(re.findall(r'name="(\w+)" value="([^"]+)"', form))
        for _ in range(2):
            answer = both.client.post(both.at + "undo", data=fields)
            assert answer.location == f"{both.at}again/{skipped}"
        assert stored(both) == [("left", 1)]
        assert skipped in [piece["token"] for piece in both.upcoming()]

    def test_taken_back_is_not_taken_back_again_by_an_answer_that_was_lost(self, both):
        skipped = both.upcoming()[0]["token"]
        both.post(f"skip/{skipped}", key="k")
        body = {"key": "u", "token": skipped}
        first = both.post("undo", **body)
        assert both.post("undo", **body).data == first.data
        assert both.vote(skipped).status_code == 200
        assert both.post("undo", **body).status_code == 200
        assert both.post(f"skip/{skipped}", key="k").status_code == 200
        assert stored(both) == [("left", 1)]
        assert skipped not in [piece["token"] for piece in both.upcoming()]


class TestFlag:
    def test_keeps_the_report(self, both):
        token = both.upcoming()[0]["token"]
        assert both.post(f"flag/{token}", kind="broken", note=" odd ").status_code == 200
        with both.database.reading() as session:
            row = session.scalars(select(models.Flag)).one()
            assert (row.kind, row.note) == ("broken", "odd")

    def test_sent_twice_is_kept_once(self, both):
        first, second = (piece["token"] for piece in both.upcoming()[:2])
        for _ in range(2):
            assert both.post(f"flag/{first}", kind="broken", key="f").status_code == 200
        assert both.post(f"flag/{second}", kind="broken", key="f").status_code == 422
        with both.database.reading() as session:
            assert len(session.scalars(select(models.Flag)).all()) == 1

    def test_has_a_page_of_its_own(self, both):
        token = both.upcoming()[0]["token"]
        assert "I can tell who wrote this" in both.client.get(f"{both.at}flag/{token}").text
        answer = both.client.post(f"{both.at}flag/{token}", data={"kind": "other"})
        assert answer.location == both.at + "?told=flagged"
        assert "Flagged, thank you." in both.client.get(answer.location).text

    def test_suggests_no_kind(self, both):
        token = both.upcoming()[0]["token"]
        for path in ("", f"flag/{token}"):
            page = both.client.get(both.at + path).text
            kinds = re.findall(r'<input type="radio" name="kind"[^>]*>', page)
            assert len(kinds) == 4
            assert not any("checked" in kind for kind in kinds)

    def test_refuses_other_kinds(self, both):
        token = both.upcoming()[0]["token"]
        assert both.post(f"flag/{token}", kind="boring").status_code == 422
        assert both.client.get(f"{both.at}flag/nothing").status_code == 404


class TestReason:
    def test_goes_with_the_vote(self, both):
        token = both.upcoming()[0]["token"]
        both.vote(token)
        answer = both.post(f"reason/{token}", kinds=["tone"], note=" kind ", key="r")
        assert answer.get_json()["saved"] is True
        with both.database.reading() as session:
            row = session.scalars(select(models.Reason)).one()
            assert (row.kinds, row.note) == (["tone"], "kind")

    def test_has_a_page_of_its_own(self, both):
        token = both.upcoming()[0]["token"]
        both.vote(token)
        assert f"{both.at}reason/{token}" in both.client.get(both.at + "votes").text
        assert "What decided it?" in both.client.get(f"{both.at}reason/{token}").text
        fields = {"kinds": ["tone", "clear"], "note": "", "key": "r"}
        answer = both.client.post(f"{both.at}reason/{token}", data=fields)
        assert answer.location == both.at + "?told=reasoned"
        assert "Your reason goes with that vote" in both.client.get(answer.location).text

    @pytest.mark.parametrize("kinds", ["tone", [1], ["odd"], []])
    def test_refuses_what_is_no_reason(self, both, kinds):
        token = both.upcoming()[0]["token"]
        assert both.post(f"reason/{token}", kinds=kinds, key="r").status_code == 422


class TestUndo:
    def test_brings_the_assignment_back(self, both):
        token = both.upcoming()[0]["token"]
        both.vote(token)
        answer = both.post("undo", key="u1").get_json()
        assert answer["assignment"]["token"] == token
        assert answer["progress"]["done"] == 0
        assert both.vote(token, "right", key="k2").status_code == 200
        assert stored(both) == [("left", 1), (None, 2), ("right", 3)]

    def test_by_form_leads_to_it(self, both):
        token = both.upcoming()[0]["token"]
        both.vote(token)
        answer = both.client.post(both.at + "undo", data={"key": "u1"})
        assert answer.location == f"{both.at}again/{token}"

    def test_with_nothing_to_undo_is_no_error_and_says_so(self, both):
        answer = both.post("undo", key="u")
        assert answer.status_code == 200
        assert (answer.get_json()["saved"], answer.get_json()["assignment"]) == (True, None)
        answer = both.client.post(both.at + "undo", data={"key": "u2"})
        assert answer.location == f"{both.at}?told=nothing_undone"
        assert "There is nothing to take back." in both.client.get(answer.location).text
        assert stored(both) == []
