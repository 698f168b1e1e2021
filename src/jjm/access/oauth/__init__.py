"""Access tokens for applications: OAuth 2.0 client credentials (RFC 6749), authenticated by a signed JWT (RFC 7523)."""
