"""The rungs of the recovery ladder as they are carried out, one file a rung (spec 4)."""
