"""Months: the log's parts, made ahead, put away by a declared rule, and brought back."""
