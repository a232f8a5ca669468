"""The tables: activations, losses, optimizers."""
