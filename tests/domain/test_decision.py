from service.domain import decision


class TestDecisions:
    def test_are_found_by_their_keys(self):
        assert [decision.by_key(each.key) for each in decision.DECISIONS] == list(
            decision.DECISIONS
        )
        assert decision.by_key("nothing") is None

    def test_have_at_most_one_incumbent(self):
        for each in decision.DECISIONS:
            assert sum(role.is_incumbent for role in each.roles) == (1 if each.roles else 0)
