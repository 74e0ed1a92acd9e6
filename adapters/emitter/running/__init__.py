"""``running`` of a generated project: the modules that have its steps performed."""
