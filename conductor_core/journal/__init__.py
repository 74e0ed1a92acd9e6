"""Where the events of runs are kept, and how they are read again."""
