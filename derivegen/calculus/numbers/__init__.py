"""The numbers of a network: values, derivatives, training, in one arithmetic or another."""
