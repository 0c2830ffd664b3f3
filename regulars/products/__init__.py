"""Products: what an article number stands for."""
