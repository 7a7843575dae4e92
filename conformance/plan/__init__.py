"""Suites: what to run, how hard, and what is safe in which environment."""
