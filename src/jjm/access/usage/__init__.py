"""What participants use: calls, refusals, bytes, how far they have read; counted in memory, kept by day."""
