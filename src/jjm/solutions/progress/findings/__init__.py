"""Findings: what records say that cannot be right, with who must act. Nothing is put right by itself."""
