"""Parts of the studio page: sessions, result, letterhead."""
