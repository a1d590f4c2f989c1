from service.domain.beside_votes import Answers, GradeRow, LeadRow, Look


def look(answers, more=1.0, fewer=1.0):
    return Look(answers, answers, 5, 5.0, more, fewer, 0.01, these_texts=False)


class TestAnswers:
    def test_are_in_doubt_by_the_newest_look_that_found_something(self):
        looks = (look(20, more=0.001), look(40, fewer=0.002), look(80))
        assert Answers(5, 10, 5.0, 0, looks=looks).doubt == looks[1]
        assert Answers(5, 10, 5.0, 0, looks=(look(20),)).doubt is None
        assert (looks[0].is_more, looks[0].is_fewer, looks[1].is_fewer) == (True, False, True)


class TestLeadRow:
    def test_counts_equal_for_half(self):
        assert LeadRow("X", ahead=3, equal=2, behind=5).share == 0.4


class TestGradeRow:
    def test_counts_all_its_grades(self):
        assert GradeRow("X", 4.0, (0, 1, 0, 2, 3)).number == 6
