"""How mathematics is written and read: display trees, their printers, their readers."""
