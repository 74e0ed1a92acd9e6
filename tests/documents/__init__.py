"""Documents that are true: their examples are carried out as a reader would."""
