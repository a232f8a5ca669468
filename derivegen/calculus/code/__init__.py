"""Rules printed as numpy code: for speed."""
