"""Who was shown personal data: noted before the answer goes out, kept in the database a moment later."""
