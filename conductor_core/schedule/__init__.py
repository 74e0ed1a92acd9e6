"""Who may start, and when a map has its verdict. Pure."""
