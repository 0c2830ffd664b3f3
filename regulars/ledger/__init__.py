"""The ledger: accounts, lots, holds and postings. Nothing else writes a balance."""
