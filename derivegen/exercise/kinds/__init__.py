"""One file a kind of question, named like it with _ for -; each holds KIND. To add one, add a file and its words."""
