"""Differences of f along a line: what is asked, and what the answers say about the slope."""
