"""What honest rounding can reach: hulls, intervals, and by which rounding a printed number came about."""
