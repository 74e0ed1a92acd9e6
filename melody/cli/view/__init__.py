"""A run as it goes on, on stderr: a tree on a terminal, one line a change elsewhere."""
