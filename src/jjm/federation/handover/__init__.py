"""A State moves from the Centre's node to its own: begun, compared, confirmed, or taken back without loss."""
