"""The players of sample 04."""
