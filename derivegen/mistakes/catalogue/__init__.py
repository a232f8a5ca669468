"""One file a mistake, named like its identifier with _ for -; each holds MISTAKE. To add one, add a file and its words."""
