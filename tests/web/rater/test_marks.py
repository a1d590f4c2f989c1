import re

import pytest

from service.store import models

PLAIN = {"repeats": 0, "practice": []}
BOTH = {**PLAIN, "criteria": ["Kind & <b>warm</b>", "Right"], "grades": "with_votes"}
ONLY = {**PLAIN, "grades": "only"}
ANSWERS = {"criteria": ["left", "equal"], "grades": [4, 2]}
FORM = {"criterion-0": "left", "criterion-1": "equal", "grade-left": "4", "grade-right": "2"}


@pytest.fixture
def both(seat, sqlite_database):
    return seat(sqlite_database, options=BOTH)


@pytest.fixture
def only(seat, sqlite_database):
    return seat(sqlite_database, options=ONLY)


def stored(made):
    with made.database.reading() as session:
        return [
            (row.revision, row.left_grade, row.right_grade, row.is_withdrawn)
            for row in session.query(models.Mark).order_by(models.Mark.id)
        ]


def leads(made):
    with made.database.reading() as session:
        rows = session.query(models.Criterion).order_by(models.Criterion.place)
        return [row.lead for row in rows]


class TestKeep:
    def test_stores_what_the_module_sends(self, both):
        token = both.upcoming()[0]["token"]
        assert both.vote(token).status_code == 200
        answer = both.post(f"marks/{token}", **ANSWERS, key="k")
        assert answer.status_code == 200
        assert set(answer.get_json()) == {"saved", "revision", "is_late", "progress"}
        assert (stored(both), leads(both)) == ([(1, 4, 2, False)], ["left", "equal"])

    def test_answers_the_same_key_and_body_alike_and_refuses_another(self, both):
        token = both.upcoming()[0]["token"]
        both.vote(token)
        first = both.post(f"marks/{token}", **ANSWERS, key="k")
        assert both.post(f"marks/{token}", **ANSWERS, key="k").data == first.data
        other = {**ANSWERS, "grades": [1, 1]}
        assert both.post(f"marks/{token}", **other, key="k").status_code == 422
        assert both.post(f"marks/{token}", **other, key="other").status_code == 409
        revised = both.post(f"marks/{token}", **other, key="third", supersedes=1)
        assert revised.get_json()["revision"] == 2

    @pytest.mark.parametrize(
        "body",
        [
            {},
            {"criteria": "left", "grades": [1, 2]},
            {"criteria": ["left", 7], "grades": [1, 2]},
            {"criteria": ["left", "up"], "grades": [1, 2]},
            {"criteria": ["left", "left"], "grades": {"a": 1}},
            {"criteria": ["left", "left"], "grades": [True, 2]},
            {"criteria": ["left", "left"], "grades": [1, 9]},
            {"criteria": ["left", "left"], "grades": ["1", 2]},
            {"criteria": ["left", "left", "left"], "grades": [1, 2]},
        ],
    )
    def test_refuses_what_is_not_whole(self, both, body):
        token = both.upcoming()[0]["token"]
        both.vote(token)
        answer = both.post(f"marks/{token}", **body, key="k")
        assert (answer.status_code, stored(both)) == (422, [])

    def test_of_somebody_else_is_unknown(self, both, seat):
        token = both.upcoming()[0]["token"]
        both.vote(token)
        other = seat(both.database, name="other", options=BOTH)
        foreign = other.post(f"marks/{token}", **ANSWERS, key="k")
        nothing = other.post("marks/nothing", **ANSWERS, key="k")
        assert foreign.status_code == nothing.status_code == 404
        assert foreign.data == nothing.data


class TestByForm:
    def test_the_lines_follow_the_vote_and_the_next_matchup_follows_them(self, both):
        token = both.upcoming()[0]["token"]
        voted = both.client.post(f"{both.at}vote/{token}", data={"choice": "left", "key": "v"})
        page = both.client.get(voted.location)
        assert page.location == f"{both.at}marks/{token}"
        shown = both.client.get(page.location).text
        assert "Your vote is kept. Please answer these lines too" in shown
        assert "Kind &amp; &lt;b&gt;warm&lt;/b&gt;" in shown
        assert "<b>warm" not in shown
        kept = both.client.post(page.location, data={**FORM, "key": "m"})
        assert kept.location == both.at
        assert (stored(both), leads(both)) == ([(1, 4, 2, False)], ["left", "equal"])
        assert f"vote/{token}" not in both.client.get(both.at).text

    def test_a_line_left_out_is_asked_again(self, both):
        token = both.upcoming()[0]["token"]
        both.vote(token)
        lacking = {name: value for name, value in FORM.items() if name != "criterion-0"}
        assert both.client.post(f"{both.at}marks/{token}", data=lacking).status_code == 422
        assert both.client.get(both.at).location == f"{both.at}marks/{token}"

    def test_a_pause_comes_after_the_lines(self, seat, sqlite_database):
        made = seat(sqlite_database, prompts=11, options=BOTH)
        for number in range(1, 11):
            token = made.upcoming()[0]["token"]
            voted = made.client.post(f"{made.at}vote/{token}", data={"choice": "left"})
            assert not voted.location.endswith("pause")
            kept = made.client.post(f"{made.at}marks/{token}", data=FORM)
            assert kept.location.endswith("pause") is (number == 10)

    def test_nothing_more_is_sent_while_they_wait(self, both):
        token = both.upcoming()[0]["token"]
        both.vote(token)
        assert both.upcoming() == []
        both.post(f"marks/{token}", **ANSWERS, key="k")
        assert token not in [piece["token"] for piece in both.upcoming()] != []

    def test_before_the_vote_they_lead_to_it(self, both):
        token = both.upcoming()[0]["token"]
        answer = both.client.get(f"{both.at}marks/{token}")
        assert answer.location == f"{both.at}again/{token}"
        assert both.post(f"marks/{token}", **ANSWERS, key="k").status_code == 409

    def test_are_changed_from_the_own_list_until_finishing(self, both):
        token = both.upcoming()[0]["token"]
        both.vote(token)
        both.post(f"marks/{token}", **ANSWERS, key="k")
        listed = both.client.get(both.at + "votes").text
        assert "Kind &amp; &lt;b&gt;warm&lt;/b&gt;: A · Right: Equal · A 4, B 2" in listed
        assert f'href="{both.at}marks/{token}"' in listed
        page = both.client.get(f"{both.at}marks/{token}").text
        checked = re.findall(
            r'name="([\w-]+)" value="(left|right|equal|\d)" required checked',
            " ".join(page.split()),
        )
        assert dict(checked) == FORM
        assert 'name="supersedes" value="1"' in page
        anew = {**FORM, "grade-left": "1", "supersedes": "1", "key": "n"}
        assert both.client.post(f"{both.at}marks/{token}", data=anew).status_code == 303
        assert stored(both)[-1] == (2, 1, 2, False)
        both.client.post(both.at + "finish")
        late = both.client.post(
            f"{both.at}marks/{token}", data={**anew, "supersedes": "2", "key": "z"}
        )
        assert late.status_code == 409
        assert f"marks/{token}" not in both.client.get(both.at + "votes").text

    def test_undo_takes_them_along(self, both):
        token = both.upcoming()[0]["token"]
        both.vote(token)
        both.post(f"marks/{token}", **ANSWERS, key="k")
        answer = both.client.post(both.at + "undo", data={"key": "u"})
        assert answer.location == f"{both.at}again/{token}"
        assert stored(both)[-1] == (2, None, None, True)


class TestGradesAlone:
    def test_take_the_place_of_the_vote(self, only):
        page = only.client.get(only.at).text
        assert "Give each answer a grade." in page
        token = re.search(r"marks/([\w-]{22})", page)[1]
        refused = only.vote(token)
        assert refused.status_code == 409
        kept = only.client.post(
            f"{only.at}marks/{token}", data={"grade-left": "4", "grade-right": "2", "key": "m"}
        )
        assert kept.location == only.at
        assert stored(only) == [(1, 4, 2, False)]
        with only.database.reading() as session:
            assert session.query(models.Vote).count() == 0
        assert "1 of 3" in only.client.get(only.at).text
        listed = only.client.get(only.at + "votes").text
        assert "A 4, B 2" in listed
        assert "There are none yet." not in listed

    def test_are_changed_and_taken_back(self, only):
        token = only.upcoming()[0]["token"]
        only.post(f"marks/{token}", grades=[4, 2], key="k")
        assert only.client.get(f"{only.at}again/{token}").location == f"{only.at}marks/{token}"
        answer = only.post("undo", key="u").get_json()
        assert answer["assignment"]["token"] == token
        assert only.upcoming()[0]["token"] == token


class TestOtherStudies:
    def test_show_no_lines(self, sitting):
        page = sitting.client.get(sitting.at).text
        assert 'id="marks"' not in page
        assert "marks.css" not in page
        token = sitting.upcoming()[0]["token"]
        sitting.vote(token)
        assert sitting.client.get(f"{sitting.at}marks/{token}").location == sitting.at
        assert sitting.post(f"marks/{token}", **ANSWERS, key="k").status_code == 409


class TestScale:
    def test_says_at_each_grade_which_end_is_which(self, only):
        page = only.client.get(only.at).text
        assert page.count('<span class="ends">1 very poor to 5 very good</span>') == 2

    def test_is_no_school_grade_in_german_where_one_is_best(self, only):
        page = only.client.get(only.at, headers={"Accept-Language": "de"}).text
        assert page.count("1 sehr schlecht bis 5 sehr gut</span>") == 2
        assert "Punkte für A" in page
        assert not re.search("Noten?[^a-z]", page)
