"""Python identifiers out of any text."""
