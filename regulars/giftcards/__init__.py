"""Gift cards: codes that hold money. Sold in a basket, they pay for others."""
