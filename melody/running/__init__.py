"""From a compiled Melody and what a person asks for to a result, whichever door it comes through."""
