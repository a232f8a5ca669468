"""Documents handed in: one file a reader, bytes in, text as it would be typed out. Nothing in them is run, and nothing is fetched."""
