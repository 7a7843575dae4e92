"""Pairs the exchanges of two versions, applies rules, yields findings and a verdict."""
