"""Plans on many machines: cells, their folder, and the engines."""
