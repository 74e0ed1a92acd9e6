"""The CrewAI parts of a generated project."""
