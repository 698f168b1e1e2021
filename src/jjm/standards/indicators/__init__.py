"""Indicators: public reports as data, each one file that names its columns and what they are counted from."""
