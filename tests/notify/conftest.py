"""What tests of notices share."""

from notify_kit import post

__all__ = ["post"]
