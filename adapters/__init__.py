"""Backends: each folder compiles the IR to one framework and runs it there."""
