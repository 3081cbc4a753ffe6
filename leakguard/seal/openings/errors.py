"""What can be wrong with the opening ledger, and the answer to an opening too many."""

from __future__ import annotations

from leakguard.errors import UserError


class OpeningsError(UserError):
    """The opening ledger, or a setting of it, cannot be used: the text says what, where, and what to do."""


class AlreadyOpened(OpeningsError):  # noqa: N818 - nothing went wrong: it states what is the case
    """All openings that a test set has were used, so that it stays sealed."""
