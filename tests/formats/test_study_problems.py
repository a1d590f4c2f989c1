from service.formats.study_problems import Problem, StudyFileInvalid, shown, spelled


class TestStudyFileInvalid:
    def test_lists_each_problem_once_by_line(self):
        late, early = Problem(9, "title", "is wrong"), Problem(2, "", "is odd")
        error = StudyFileInvalid("s.yaml", [late, early, late])
        assert error.problems == (early, late)
        assert error.message == "s.yaml, line 2: is odd\ns.yaml, line 9: title: is wrong"


class TestSpelled:
    def test_counts_items_from_one(self):
        assert spelled(("configurations", 1, "name")) == "configurations #2, name"


class TestShown:
    def test_is_short_and_printable(self):
        assert shown("a\n\x07") == '"a\\n\\u0007"'
        assert len(shown("x" * 500)) <= 40
        assert shown(None) == "empty"
        assert shown({}) == "a group of fields (name: value)"
