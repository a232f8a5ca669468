"""What was answered: reading answers and working."""
