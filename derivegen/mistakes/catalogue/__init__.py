"""One file a mistake, named like its identifier with _ for -; each holds its `rewrite`. To add one, add a file and its words."""
