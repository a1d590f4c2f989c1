from service.formats.exports import tables
from tests.formats.exports.judged import AT, votes
from tests.formats.exports.rows import GOOD, USER, rows


class TestArena:
    def test_has_a_row_for_each_vote(self):
        made = rows(tables.arena, votes=votes(first_much=1, second=1, both_good=1, both_bad=1))
        assert [row["winner"] for row in made] == ["model_a", "model_b", "tie", "tie (bothbad)"]
        assert made[0]["conversation_a"] == [USER, GOOD]
        assert made[0]["tstamp"] == AT.timestamp()


class TestCanonical:
    def test_has_one_type_a_column_and_no_null(self):
        made = [
            *rows(tables.canonical),
            *rows(tables.canonical, votes=()),
            *rows(tables.canonical, grades=(4.0, 2.0), leads={"Kind": 1.0}),
        ]
        for row in made:
            assert list(row) == list(made[0])
            assert [type(each) for each in row.values()] == [
                type(each) for each in made[0].values()
            ]
        assert made[0]["votes_first"] == 1
        assert made[1]["dropped"] == "no_votes"


class TestTable:
    def test_says_who_wrote_what_and_why_it_is_left_out(self):
        (row,) = rows(tables.table, votes=votes(tie=1))
        assert (row["configuration_1"], row["configuration_2"]) == ("Plain", "Retrieval")
        assert (row["ties"], row["left_out_because"]) == (1, "no_net_majority")
