"""Webhooks: the feed, brought to whoever subscribes. Each subscriber has its own order, pace and budget."""
