"""Vouchers: codes carrying an entitlement."""
