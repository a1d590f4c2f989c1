"""Files of other tools, known by their structure: one small file for each tool, one table."""
