"""Kinds of identifiers, found by scanning this folder."""
