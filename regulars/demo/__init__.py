"""The demonstration: a year of a supermarket's baskets goes through a program, as at its tills."""
