"""What an adapter is held to, one check a file."""
