"""What people do wrong: a derivation and a mistake go in; what it does to every step, and so to every number, comes out."""
