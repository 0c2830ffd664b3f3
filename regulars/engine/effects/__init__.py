"""Effects, one kind a file, its scenarios beside it."""
