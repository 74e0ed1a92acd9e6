"""The modules of a generated project that have its steps performed."""
