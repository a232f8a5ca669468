"""The tables: activations, losses, optimizers, notations."""
