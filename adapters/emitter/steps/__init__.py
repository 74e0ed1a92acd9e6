"""Steps of the IR as functions: one verb a file, told as data that templates write down."""
