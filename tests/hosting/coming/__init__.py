"""A version that may come: what an upgrade of a large database consists of, tried out."""
