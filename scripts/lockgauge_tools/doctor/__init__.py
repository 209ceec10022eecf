"""Judges a machine before it is measured: scripts/doctor."""
