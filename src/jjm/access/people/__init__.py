"""Accounts of people: made by an officer, opened by the person with a one-time code, never with a default password."""
