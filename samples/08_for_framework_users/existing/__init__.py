"""What a team had before it had Melodies: a LangGraph graph and a CrewAI crew, unchanged."""
