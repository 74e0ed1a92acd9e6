"""Which player performs a step that asks for a capability. Pure."""
