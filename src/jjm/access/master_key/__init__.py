"""The master key, by which all that is sealed on a node is wrapped: another one put in its place at work."""
