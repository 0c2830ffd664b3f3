"""The data plane: a thin ASGI app, group commit, caches of keys and programs. No ORM here."""
