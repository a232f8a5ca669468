"""What people are told about their work, as blocks."""
