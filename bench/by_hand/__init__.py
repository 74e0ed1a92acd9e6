"""What somebody writes who uses asyncio, LangGraph or CrewAI without Melody."""
