"""Runs, results, failures and scores: pure values."""
