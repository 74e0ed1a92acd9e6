"""Agents of CrewAI, and its model face of the model port. Import the modules themselves."""
