"""A person at the terminal answers what a run asks."""
