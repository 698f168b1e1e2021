"""What is personal, between nodes: lent under an agreement that both have signed, or handed over with a State."""
