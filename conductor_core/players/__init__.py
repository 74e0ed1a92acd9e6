"""Whatever performs a step: python callables, commands, models and scripted stand-ins."""
