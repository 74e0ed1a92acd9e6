"""Time as a port: ``real`` for real work, ``virtual`` for scripts and tests (spec 3, Scripts)."""
