"""Exports: much at once, as files; each role gets the columns and rows it may see."""
