"""How mathematics is read: one reader a language, all into the same tree."""
