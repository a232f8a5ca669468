"""The network file: text goes in, a Network or one message comes out."""
