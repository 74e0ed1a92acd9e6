"""Code of the repository that the Melody uses."""
