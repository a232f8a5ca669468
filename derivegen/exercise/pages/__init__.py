"""What is asked, on paper and on a screen: an exercise goes in; sheet, key, marking scheme and report come out as blocks."""
