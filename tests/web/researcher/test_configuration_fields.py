from service.formats import study_file
from service.web.researcher import configuration_fields, fields


class TestFields:
    def test_leave_nothing_out_that_a_study_file_can_say(self):
        defined = study_file.schema()["$defs"]
        groups = (*configuration_fields.CONFIGURATION, configuration_fields.of_documents(("x",)))
        named = {each.path for each in fields.every(groups)}
        for name, told in defined["configuration"]["properties"].items():
            inner = defined.get(name, told).get("properties", {}) if name != "examples" else {}
            paths = {(name, each) for each in inner} or {(name,)}
            assert paths <= named, name
