"""An mcp player: one tool of a Model Context Protocol server, by the official client (spec 6)."""
