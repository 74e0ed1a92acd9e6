"""How a run and its steps are conducted, whichever backend hosts them."""
