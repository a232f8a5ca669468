"""Whose names a page has: its text and the numbers of the network go in, what its names mean comes out."""
