"""What stands round the Python package of a generated project, its tests among it."""
