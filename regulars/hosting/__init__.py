"""Hosting: the private PostgreSQL, the processes around it, and what may be wrong with them.

Knows nothing of members or points. Only the command line uses it.
"""
