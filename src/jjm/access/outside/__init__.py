"""Signing in through an outside OpenID Connect provider: authorization code, PKCE, state and nonce."""
