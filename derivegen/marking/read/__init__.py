"""What people have written: text goes in, answers and chains of equalities come out. Nothing is evaluated."""
