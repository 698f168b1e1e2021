"""Roles granted to people for a place and a time; what a person may do is the sum of the grants in force."""
