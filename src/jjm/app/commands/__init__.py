"""The commands of `jjm`, one module each; a name that Python keeps for itself ends in `_`."""
