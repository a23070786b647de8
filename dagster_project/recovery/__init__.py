"""Bringing a home back: a backup that is whole, and a ledger made again from what the archive and the releases know."""
