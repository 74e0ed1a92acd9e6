"""Melodies as crews: one task a step, where a crew can express them. ``shape`` says where."""
