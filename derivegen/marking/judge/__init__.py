"""The judge of a line of working: its numbers become quantities, its formula is judged exactly and its arithmetic as arithmetic."""
