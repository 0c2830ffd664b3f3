"""Programs: the document, its revisions, and how a running till follows them."""
