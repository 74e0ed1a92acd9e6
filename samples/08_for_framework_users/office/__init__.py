"""The players of the letter."""
