"""Pure decisions: standard library only, no input, no output."""
