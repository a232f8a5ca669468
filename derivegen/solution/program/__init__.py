"""The network as a Python program: written from its parts, run, and what it prints held to the Trace."""
