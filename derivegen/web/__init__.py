"""The page in a browser: the server, its views, what they know of a visitor's form."""
