"""What scripts/ does with the runs in results/."""
