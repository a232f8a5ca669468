"""A published text held to its network: its numbers, and what its sentences say."""
