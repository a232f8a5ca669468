"""The kinds of layer, one file each: what a file's layer says goes in, families of the graph come out."""
