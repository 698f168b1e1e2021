"""Which nodes there are and what each has authority over: the Centre's signed list, and what a node says of itself."""
