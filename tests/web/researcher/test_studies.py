import re

from sqlalchemy import select

from service.store import models
from service.usecases.sighted.studies import overviews, vote_counts
from tests import factories
from tests.usecases.sighted.results import rated

PROGRESS = "/studio/support-replies/progress"


def state_of(studio) -> str:
    with studio.database.reading() as session:
        row = session.scalars(select(models.Study)).one()
        return f"{row.state}, paused" if row.is_paused else row.state


class TestListStudies:
    def test_names_the_first_step_where_there_is_none(self, studio):
        assert "evenhand study apply study.yaml" in studio.page("")

    def test_names_the_next_step_of_each(self, studio):
        studio.study(name="a-draft", state="draft", ready=False)
        studio.study(name="an-open-one")
        studio.study(name="a-closed-one", state="closed")
        page = studio.page("")
        assert "see what it will take, then open it" in page
        assert "Next: invite a rater" in page
        assert "Closed: read the leaderboard" in page
        assert "6 of 6 completions ready" in page

    def test_comes_in_pages(self, studio):
        for number in range(overviews.PAGE + 2):
            studio.study(name=f"study-{number}", title=f"Study no. {number}.", prompts=0)
        first = studio.page("")
        assert (first.count('class="card"'), "Study no. 51." in first) == (overviews.PAGE, True)
        before = re.search(r"before=(\d+)", first)[1]
        rest = studio.page(f"?before={before}")
        assert re.findall(r"Study no. (\d+).</a>", rest) == ["1", "0"]
        assert "Older studies" not in rest
        assert "no older studies" in studio.page("?before=1")


class TestShowStudy:
    def test_says_when_the_votes_of_a_big_study_were_counted(self, studio):
        study = studio.study()
        with studio.database.transaction() as session:
            rated.vote(session, study, number=1)
            vote_counts.keep(session, study.id, 1_000_000, factories.MOMENT)
        for page in ("", "support-replies/", "support-replies/progress"):
            said = studio.page(page).replace("\xa0", " ")
            assert "1,000,000 votes by 1 rater (counted at 2026-03-01 08:00:00 UTC)" in said

    def test_lists_links_page_by_page(self, studio):
        study = studio.study()
        with studio.database.transaction() as session:
            for number in range(52):
                factories.make_rater(session, study, f"Rater {number}")
        first, rest = studio.page("support-replies/"), studio.page("support-replies/?link=50")
        assert first.count("QR code") == 50
        assert "link=50#invites" in first
        assert rest.count("QR code") == 2
        assert "More links" not in rest

    def test_tells_who_gave_what_was_asked_and_which_end_is_declared(self, studio):
        options = {"repeats": 0, "practice": [], "quota": 3}
        study = studio.study(prompts=6, options=options, end_votes=40, end_decided="winner")
        with studio.database.transaction() as session:
            rated.vote(session, study, number=3)
        page = studio.page("support-replies/")
        assert "Each rater is asked for 3 matchups." in page
        assert "has given all that was asked" in page
        assert "Declared end: after 40 votes or when one configuration is ahead" in page

    def test_shows_generation_configurations_and_budget(self, studio):
        studio.study(
            cap_nanos=5_000_000_000,
            spent_nanos=1_250_000_000,
            held_nanos=250_000_000,
            completion_fields={"Plain": {"cost_nanos": 2_000_000}},
        )
        page = studio.page("support-replies/")
        assert "6 of 6 completions ready" in page
        assert "offline/lead" in page
        for sum_of_money in ("$5.00", "$1.25", "$0.25", "$3.50"):
            assert sum_of_money in page
        assert "Next: invite a rater" in page

    def test_says_whose_texts_raters_can_tell_apart_by_their_number(self, studio):
        studio.study(configuration_fields={"Retrieval": {"samples": 2}})
        assert "Retrieval: another number of answers" in studio.page("support-replies/")

    def test_shows_what_failed_and_why(self, studio):
        studio.study(
            ready=False,
            completion_fields={
                "Retrieval": {
                    "state": "failed",
                    "error_class": "RateLimited",
                    "error_message": "Asked to <b>slow</b> down.",
                    "attempts": 5,
                }
            },
        )
        page = studio.page("support-replies/")
        assert "RateLimited" in page
        assert "Asked to &lt;b&gt;slow&lt;/b&gt; down." in page
        assert "3 failed" in page
        assert page.count(">Try again<span") == 3

    def test_joins_a_name_to_its_pseudonym_for_who_is_signed_in(self, studio):
        made = studio.study()
        with studio.database.transaction() as session:
            rater = session.get_one(models.Rater, factories.make_rater(session, made, "Ben Smith"))
            rater.pseudonym = "rater-0001"
        progress = studio.page("support-replies/progress")
        assert "rater-0001" in progress
        assert '<span class="quiet">Ben Smith</span>' in progress
        assert "Ben Smith" not in studio.app.test_client().get(PROGRESS).text

    def test_offers_nothing_to_do_with_a_closed_one(self, studio):
        studio.study(state="closed")
        page = studio.page("support-replies/")
        assert "Close the study" not in page
        assert "Pause generation" not in page


class TestProgress:
    def test_answers_nothing_where_nothing_changed(self, studio):
        studio.study()
        page = studio.page("support-replies/")
        seen = page.split("progress?seen=")[1].split('"')[0]
        assert studio.get(f"support-replies/progress?seen={seen}").status_code == 204

    def test_answers_the_new_state_where_something_did(self, studio):
        made = studio.study(ready=False)
        page = studio.page("support-replies/")
        seen = page.split("progress?seen=")[1].split('"')[0]
        with studio.database.transaction() as session:
            row = session.query(models.Completion).filter_by(study_id=made.id).first()
            row.state = "failed"
        answer = studio.get(f"support-replies/progress?seen={seen}")
        assert answer.status_code == 200
        assert "1 failed" in answer.text
        assert "<html" not in answer.text

    def test_follows_with_the_next_step(self, studio):
        made = studio.study(ready=False)
        assert "Next: invite a rater" in studio.page("support-replies/progress")
        with studio.database.transaction() as session:
            for row in session.query(models.Completion).filter_by(study_id=made.id):
                row.state = "failed"
        progress = studio.page("support-replies/progress")
        assert "Nothing can be rated" in progress
        assert "Next: invite a rater" not in progress


class TestOpenStudy:
    def test_opens_a_draft_and_writes_its_completions(self, studio):
        studio.study(state="draft", ready=False)
        answer = studio.post("support-replies/open")
        assert answer.status_code == 303
        assert state_of(studio) == "open"

    def test_says_what_is_missing(self, studio):
        studio.study(state="draft", configurations=("Alone",), ready=False)
        answer = studio.post("support-replies/open")
        assert answer.status_code == 409
        beside = answer.text.partition(">Open the study<")[2].partition("</div>")[0]
        assert 'role="alert"' in beside
        assert "at least two configurations" in beside
        assert state_of(studio) == "draft"


class TestCloseStudy:
    def test_closes_for_good(self, studio):
        studio.study()
        assert studio.post("support-replies/close").status_code == 303
        assert state_of(studio) == "closed"
        assert "The study is closed" in studio.page("support-replies/")


class TestPause:
    def test_stops_and_goes_on(self, studio):
        studio.study()
        studio.post("support-replies/pause")
        assert state_of(studio) == "open, paused"
        assert "Go on generating" in studio.page("support-replies/")
        studio.post("support-replies/resume")
        assert state_of(studio) == "open"


class TestRetry:
    def test_puts_one_failed_completion_back_to_work(self, studio):
        made = studio.study(completion_fields={"Plain": {"state": "failed"}})
        with studio.database.reading() as session:
            failed = [
                row.id
                for row in session.query(models.Completion)
                .filter_by(study_id=made.id, state="failed")
                .order_by(models.Completion.id)
            ]
        assert studio.post("support-replies/retry", completion=str(failed[0])).status_code == 303
        with studio.database.reading() as session:
            states = [session.get_one(models.Completion, each).state for each in failed]
        assert states == ["pending", "failed", "failed"]
        studio.post("support-replies/retry")
        with studio.database.reading() as session:
            assert {session.get_one(models.Completion, each).state for each in failed} == {
                "pending"
            }

    def test_tries_what_failed_of_one_cause(self, studio):
        failed = {"state": "failed", "error_class": "auth", "error_message": "No <key>."}
        studio.study(completion_fields={"Plain": failed})
        page = studio.page("support-replies/")
        assert "No &lt;key&gt;." in page
        assert "<td>Plain 3</td>" in page
        studio.post("support-replies/retry", cause="timeout")
        assert "There was nothing to try again." in studio.page("support-replies/")
        studio.post("support-replies/retry", cause="auth")
        page = studio.page("support-replies/")
        assert "Trying again: 3." in page
        assert "Table of causes" not in page

    def test_refuses_what_is_no_completion(self, studio):
        studio.study()
        for nonsense in ("x", "-1", "1" * 30, "²"):
            assert studio.post("support-replies/retry", completion=nonsense).status_code == 422


class TestGiveUp:
    def test_lets_the_rest_be_rated(self, studio):
        made = studio.study(completion_fields={"Plain": {"state": "blocked", "kind": None}})
        assert "Go on without them" in studio.page("support-replies/")
        studio.post("support-replies/give-up")
        with studio.database.reading() as session:
            states = {
                row.state for row in session.query(models.Completion).filter_by(study_id=made.id)
            }
        assert "blocked" not in states


class TestEstimate:
    def test_tells_before_opening_what_it_will_take(self, studio):
        studio.study(state="draft", ready=False)
        page = studio.page("support-replies/estimate")
        assert "nothing was called" in page
        assert "Plain" in page
        assert "Open the study" in page


class TestVariety:
    def test_says_where_texts_look_the_same(self, studio):
        studio.study(text=lambda name, number: "Yes." if number == 0 else f"{name} {number}.")
        page = studio.page("support-replies/")
        assert "1 matchup is not dealt: its two texts are shown alike." in page
        assert "1 prompt has fewer than two different answers: p0." in page
