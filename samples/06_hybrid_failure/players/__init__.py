"""The players of sample 06."""
