"""Works, reports of progress, geotags, Har Ghar Jal, handovers: what must hold before one moves on, what follows."""
