"""Consent artefacts: what a person agreed to, in the profile of the house and in the shapes of three others.

Values, rules, shapes and signatures alone: no table holds consents, and none opens a reading. What needs the consent of
the person is refused by `access.purposes` and by the drafting of agreements.
"""
