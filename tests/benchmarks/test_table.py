"""The table of benchmarks: what it prints and with which status it ends."""

import pytest

from tests.benchmarks.table import Table


class TestTable:
    def test_ends_well_where_every_wanted_ratio_holds(self, capsys: pytest.CaptureFixture) -> None:
        table = Table()
        table.at_least("cycles a second", 236.0, 20.0, 10, "/s")
        table.at_most("p99", 4.0, 2.0, 5, "ms")
        table.at_most("faults", 0, 0)
        table.told("statements a cycle", 11)
        assert table.close() == 0
        printed = capsys.readouterr().out
        assert "11.8" in printed
        assert "≥ 10" in printed
        assert "missed" not in printed

    @pytest.mark.parametrize(("ours", "peer"), [(19.9, 2.0), (5.0, 0.0), (0.0, 0.0)])
    def test_names_what_is_too_little(
        self, ours: float, peer: float, capsys: pytest.CaptureFixture
    ) -> None:
        table = Table()
        table.at_least("cycles a second", ours, peer, 10)
        assert table.close() == 1
        assert "missed: cycles a second" in capsys.readouterr().out

    @pytest.mark.parametrize(("ours", "limit"), [(10.1, 2.0), (1.0, 0.0)])
    def test_names_what_is_too_much(
        self, ours: float, limit: float, capsys: pytest.CaptureFixture
    ) -> None:
        table = Table()
        table.at_most("p99", ours, limit, 5)
        assert table.close() == 1
        assert "missed: p99" in capsys.readouterr().out
