"""Organizations: the firms of an installation, their shops, and the keys of their tills."""
