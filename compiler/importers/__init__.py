"""Command lines and foreign workflow files to Melodies. Pure: nothing is read, run or written."""
