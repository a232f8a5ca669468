"""What is said, one file a kind of document or section: numbers and words go in, blocks come out."""
