"""Real kernels as guests of QEMU; scripts/kernel-guests."""
