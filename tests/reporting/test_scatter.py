from dataclasses import replace
from itertools import pairwise
from xml.etree.ElementTree import fromstring

import pytest

from service.domain.priced import Frontier
from service.reporting import scatter
from service.reporting.words import ENGLISH
from tests import boards

COSTS = {name: cost for name, (_, _, _, cost) in boards.SHARES.items()}


def draw(board=None, measure="cost"):
    board = board or boards.board()
    return scatter.draw(board, board.parts[0], measure, {})


def costing(costs, latencies=None, **more):
    return draw(boards.priced(boards.board(), costs, latencies, **more))


class TestDraw:
    def test_shows_known_costs_and_names_the_unknown(self):
        found = draw()
        assert [one.name for one in found.points] == ["retrieval", "fine-tune", "plain-prompt"]
        assert found.unknown == ("small-model",)
        assert found.points[0].label_left

    @pytest.mark.parametrize("cost", [None, 0.0])
    def test_is_nothing_where_it_would_say_nothing(self, cost):
        assert costing(dict.fromkeys(COSTS, cost)) is None

    def test_is_nothing_of_a_single_one(self):
        assert costing({**dict.fromkeys(COSTS), "retrieval": 2.0}) is None

    def test_draws_latency_where_nothing_is_priced(self):
        board = boards.priced(boards.board(), dict.fromkeys(COSTS), boards.LATENCIES)
        assert draw(board) is None
        found = draw(board, "latency")
        assert len(found.points) == 3
        assert {one.radius for one in found.points} == {5.5}
        assert found.sizes is None

    def test_points_are_as_large_as_the_third_measure(self):
        found = {one.name: one.radius for one in draw().points}
        assert found["retrieval"] == 13.0
        assert (found["fine-tune"] / found["retrieval"]) ** 2 == pytest.approx(640 / 1900, 0.05)

    def test_pushes_labels_apart(self):
        board = boards.with_rows(
            boards.priced(boards.board(), dict.fromkeys(COSTS, 1.0)),
            lambda _, row: replace(row, rating=boards.rating(0.5, 0.4, 0.6)),
        )
        labels = [one.label for one in draw(board).points]
        assert min(after - before for before, after in pairwise(labels)) > 15

    def test_names_of_many_those_that_matter_alone(self):
        names = [f"model {number}" for number in range(30)]
        board = replace(
            boards.board(),
            ratings=tuple(boards.row(name, 0.5, 0.4, 0.6, None) for name in names),
            parts=(boards.part(names),),
            prices=boards.prices(dict.fromkeys(names, 1.0), dict.fromkeys(names, 9.0)),
        )
        found = draw(board)
        assert len(found.points) == 30
        assert sum(one.label is not None for one in found.points) == 12
        assert found.svg(ENGLISH).count('class="label"') == 12


class TestLogAxis:
    @pytest.mark.parametrize(
        "costs", [(0.0004, 0.00042), (0.01, 30.0), (2.0, 2.0), (9.9, 10.1), (0.003, 4000.0)]
    )
    def test_has_round_ticks_inside_and_holds_all(self, costs):
        axis = costing(dict(zip(COSTS, costs, strict=False))).across
        assert 2 <= len(axis.ticks) <= 6
        assert axis.low <= min(costs) <= max(costs) <= axis.high
        assert all(axis.low <= tick <= axis.high for tick in axis.ticks)

    def test_equal_factors_are_equal_steps(self):
        axis = costing(dict(zip(COSTS, (0.1, 1.0, 10.0), strict=False))).across
        places = [axis.fraction(cost) for cost in (0.1, 1.0, 10.0)]
        assert places[1] - places[0] == pytest.approx(places[2] - places[1])

    def test_what_is_free_stands_beside_the_powers_of_ten(self):
        found = costing(dict(zip(COSTS, (0.0, 1.0, 10.0), strict=False)))
        assert found.across.fraction(0.0) < found.across.fraction(found.across.low)
        assert ">$0<" in found.across_svg(ENGLISH)
        assert ">$0<" not in draw().across_svg(ENGLISH)

    def test_an_interval_from_few_prompts_does_not_stretch_it(self):
        board = boards.board()
        wide = replace(
            board.prices.standings[0], cost=replace(boards.mean(2.0), low=1e-6, high=1e6)
        )
        prices = replace(board.prices, standings=(wide, *board.prices.standings[1:]))
        axis = draw(replace(board, prices=prices)).across
        assert axis.high / axis.low < 1000


class TestSvg:
    def test_has_intervals_both_ways_and_names_as_text(self):
        name = "<b>&"
        board = boards.with_rows(
            boards.board(), lambda at, row: row if at else replace(row, configuration=name)
        )
        first = replace(board.prices.standings[0], configuration=name)
        prices = replace(board.prices, standings=(first, *board.prices.standings[1:]))
        drawn = fromstring(draw(replace(board, prices=prices)).svg(ENGLISH))
        kinds = [each.get("class", "") for each in drawn]
        assert sum(kind.startswith("span thin") for kind in kinds) == 6
        labels = [each.text for each in drawn if each.get("class") == "label"]
        assert labels == [name, "fine-tune", "plain-prompt"]

    def test_a_single_priced_prompt_is_drawn_open_and_without_an_interval(self):
        drawn = costing({"retrieval": 2.0, "fine-tune": 1.0}, prompts=1).svg(ENGLISH)
        assert drawn.count("dot open") == 2
        assert drawn.count("span thin") == 2

    def test_the_frontier_goes_up_in_steps_and_is_broken_where_unsure(self):
        drawn = draw().svg(ENGLISH)
        assert drawn.count('class="frontier unsure"') == 2
        sure = {
            name: {"cost_frontier": Frontier(is_on=True, chance=0.99)}
            for name in ("retrieval", "fine-tune")
        }
        board = boards.priced(boards.board(), COSTS, **sure)
        assert draw(board).svg(ENGLISH).count('class="frontier"') == 2

    def test_no_frontier_is_drawn_where_nobody_computed_one(self):
        assert "frontier" not in costing(COSTS).svg(ENGLISH)

    def test_axes_say_their_figures(self):
        shares = fromstring(draw().share_axis_svg(ENGLISH))
        assert [each.text for each in shares] == ["40\xa0%", "50\xa0%", "60\xa0%", "70\xa0%"]
        costs = fromstring(draw().across_svg(ENGLISH))
        assert [each.text for each in costs] == ["$0.50", "$1.00", "$2.00"]


class TestTicks:
    def test_stand_so_far_apart_that_their_words_do_not_touch_on_a_phone(self):
        for most in (1.2, 3.0, 40.0, 900.0, 1e5):
            costs = {**COSTS, "retrieval": most, "fine-tune": 1.0, "plain-prompt": 0.0}
            across = costing(costs).across
            places = [across.fraction(tick) for tick in (0.0, *across.ticks)]
            assert min(after - before for before, after in pairwise(places)) >= 0.17
            assert len(across.ticks) >= 2
