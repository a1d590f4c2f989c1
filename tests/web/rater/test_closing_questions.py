import re


def finish(made):
    """Judge all there is, which is a fair number, and finish."""
    while waiting := made.upcoming():
        made.vote(waiting[0]["token"])
    made.client.post(made.at + "finish")


class TestHunch:
    def test_follows_the_end_and_never_says_what_was_right(self, seat, sqlite_database):
        labels = {"Zebra": "Plain", "Ant": "Retrieval"}
        made = seat(sqlite_database, prompts=6, options={"labels": labels})
        assert made.client.get(made.at + "hunch").location == made.at + "done"
        finish(made)
        assert f"{made.at}hunch" in made.client.get(made.at + "done").text
        pages = []
        while (answer := made.client.get(made.at + "hunch")).status_code == 200:
            pages.append(answer.text)
            token = re.search(r"hunch/([\w-]+)\"", answer.text)[1]
            said = re.findall(r'name="answer" value="([^"]+)"', answer.text)
            told = made.client.post(f"{made.at}hunch/{token}", data={"answer": said[0]})
            assert told.location == made.at + "hunch"
        assert "Were these two written by the same author?" in pages[0]
        assert pages[0].count('<details class="asked">') == 2
        assert "Who do you think wrote this?" in pages[-1]
        assert said == ["Ant", "Zebra", "unsure"]
        assert answer.location == made.at + "done"
        assert f"{made.at}hunch" not in made.client.get(made.at + "done").text

    def test_takes_no_other_answer(self, seat, sqlite_database):
        made = seat(sqlite_database)
        finish(made)
        token = re.search(r"hunch/([\w-]+)\"", made.client.get(made.at + "hunch").text)[1]
        answer = made.client.post(f"{made.at}hunch/{token}", data={"answer": "odd"})
        assert answer.status_code == 422
        assert made.client.post(f"{made.at}hunch/nothing").status_code == 404

    def test_is_not_for_those_who_judged_little(self, seat, sqlite_database):
        made = seat(sqlite_database, prompts=6)
        made.vote(made.upcoming()[0]["token"])
        made.client.post(made.at + "finish")
        assert f"{made.at}hunch" not in made.client.get(made.at + "done").text
        assert made.client.get(made.at + "hunch").location == made.at + "done"
