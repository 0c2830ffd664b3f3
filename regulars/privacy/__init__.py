"""Privacy (P4): what is kept about a member and for how long; taking it out, and forgetting it."""
