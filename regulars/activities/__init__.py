"""Activities: everything that happens, in batches of one transaction each (group commit)."""
