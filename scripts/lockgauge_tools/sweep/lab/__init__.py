"""Computers, clusters and a program for the tests of sweeps."""
