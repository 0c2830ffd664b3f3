"""Merges: two memberships of one person become one, with everything both have."""
