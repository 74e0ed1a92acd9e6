"""Drawing a Melody: one picture taken from the plan, and a writer for each format."""
