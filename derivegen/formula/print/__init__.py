"""How mathematics is written: one printer a language."""
