"""Implementations of players in generated projects, one kind a file; they are the user's then."""
