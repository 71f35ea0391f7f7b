"""Guides, reference pages, and what writes those of them that are written out of the code."""
