import pytest

from service.web import links


@pytest.mark.parametrize("end", ["", ".", ").", "?!", "”", "…", ">"])
def test_leaves_the_signs_of_a_sentence_aside(end):
    assert links.without_sentence(f"Ab3-_x.0f{end}") == "Ab3-_x.0f"
