"""Values and expressions of the IR as Python."""
