"""Consents: what a person agreed to let one consumer see, asked for, answered, withdrawn, and read under.

An artefact is one value that round-trips to four shapes (`model`, `shapes`, `signatures`). `asking` and `deciding` are
its life on this node, `reading` opens personal fields record by record, decided for a whole answer at once (`judging`).
"""
