"""Data-sharing agreements: what a partner may read beyond what is public, signed by both, enforced on each call."""
