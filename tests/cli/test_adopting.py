from service.cli import adopting, studies


class TestAdopt:
    def test_prints_a_study_file(self, say, tmp_path):
        path = tmp_path / "promptfooconfig.yaml"
        path.write_text(
            "prompts: ['Explain {{word}}', 'file://two.txt']\nproviders: [openai:gpt-4.1-mini]\n"
            "tests: [{vars: {word: dew}}, {vars: {word: rime}}]\n"
        )
        (tmp_path / "two.txt").write_text("What is {{word}}?")
        said = say(adopting.adopt, path)
        file = tmp_path / "study.yaml"
        file.write_text(said.split("Note:")[0])
        assert "2 prompts added" in say(studies.apply_file, file)
        path.write_text("prompts: ['file://../secret']\nproviders: [openai:gpt-4.1-mini]\n")
        assert "leads out of the study file's folder" in say(adopting.adopt, path)
