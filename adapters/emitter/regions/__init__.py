"""What generated code calls the steps of a Melody, and what is performed inside what."""
