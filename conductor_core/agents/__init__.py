"""Agents: a model that uses tools until it has an answer (spec 6)."""
