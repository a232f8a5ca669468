"""Many people at once: rosters, sheets and markings of a class, its folders, gradebook and report."""
