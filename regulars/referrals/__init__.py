"""Referrals: members bring friends, and both are rewarded for what the friend buys and keeps."""
