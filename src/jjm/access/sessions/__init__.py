"""Signing in: passwords, one-time codes, sessions, and the locks that stop guessing without locking people out."""
