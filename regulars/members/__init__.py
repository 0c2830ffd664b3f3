"""Members of a program and what names them."""
