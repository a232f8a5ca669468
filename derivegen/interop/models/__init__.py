"""Models of other libraries: each becomes the sections of a network file, one file a format."""
