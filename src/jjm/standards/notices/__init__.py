"""What people are told of events, as it is declared: one file an event, read, checked and put into words (0012)."""
