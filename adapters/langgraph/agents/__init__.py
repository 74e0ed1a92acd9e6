"""Agents of LangChain, and its chat model face of the model port. Import the modules themselves."""
