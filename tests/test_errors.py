from service.errors import Invalid, NotFound, ServiceError


class NoSuchPlaceYet(NotFound):
    """A leaf as they stand beside rules."""


class TestServiceError:
    def test_fills_the_places_of_its_message(self):
        error = Invalid("Choose at most %(most)d of them.", most=3)
        assert str(error) == error.message == "Choose at most 3 of them."
        assert error.filled("Höchstens %(most)d davon.") == "Höchstens 3 davon."

    def test_leaves_a_message_without_places_as_it_is(self):
        assert Invalid("100 % of them").message == "100 % of them"

    def test_has_a_code_for_machines(self):
        assert NoSuchPlaceYet("Nowhere.").code == "no-such-place-yet"
        assert isinstance(NoSuchPlaceYet("Nowhere."), ServiceError)
