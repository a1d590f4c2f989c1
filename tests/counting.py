"""Counts work instead of measuring time: the same on a busy machine and on a quiet one."""

import sys


def calls(act):
    """Return how many functions were called, those of the standard library included."""
    number = 0

    def count(frame, event, argument):
        nonlocal number
        number += event in {"call", "c_call"}

    before = sys.getprofile()
    sys.setprofile(count)
    try:
        act()
    finally:
        sys.setprofile(before)
    return number
