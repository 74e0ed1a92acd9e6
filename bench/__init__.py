"""Benchmarks: ratios measured in one run against the frameworks used by hand. Never tests."""
