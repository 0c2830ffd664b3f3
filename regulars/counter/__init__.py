"""The till page: for shops without a point of sale of their own, on a tablet with a scanner."""
