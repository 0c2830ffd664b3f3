"""Points outside a basket: given to another member, donated, bought, corrected by staff."""
