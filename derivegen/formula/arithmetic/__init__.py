"""What a formula comes to: in doubles, fractions, many digits, for one setting or many at once."""
