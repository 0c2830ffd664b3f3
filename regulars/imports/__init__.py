"""Imports: much at once, through the operations of the till."""
