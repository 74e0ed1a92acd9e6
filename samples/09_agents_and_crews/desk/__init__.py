"""The tools of sample 09."""
