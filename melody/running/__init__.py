"""From a compiled Melody and a person's wishes to a result, whichever door they come through."""
