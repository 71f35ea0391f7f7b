"""Tests of how a stack's config is read and checked."""
