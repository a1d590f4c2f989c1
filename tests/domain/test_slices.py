from service.domain.slices import Slice, SliceRow, SliceShare

KNOWN = SliceShare(0.6, 0.5, 0.7)


class TestSlice:
    def test_is_enough_where_two_can_be_compared(self):
        one, other = SliceRow("a", 30, 6, expected=KNOWN), SliceRow("b", 30, 6, expected=KNOWN)
        assert Slice("legal", 60, 6, (one, other)).is_enough
        assert not Slice("legal", 60, 6, (one, SliceRow("b", 3, 1))).is_enough
