"""The plan session by session: cards to read and tick off, and one exercise a screen."""
