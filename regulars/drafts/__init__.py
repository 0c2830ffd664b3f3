"""Drafts: what a program may become, written by one person and let through by another."""
