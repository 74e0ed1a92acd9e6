"""Players that exist in a framework already (spec 6), each asked in its own way."""
