"""One attempt, from the outside in: a place, the money, the provider's guards, the player."""
