"""What is drawn: figures as data go in, shapes in their places come out."""
