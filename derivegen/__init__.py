"""derivegen: back-propagation by hand, every line checked."""
