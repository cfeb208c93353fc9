"""Parts of the client pages: lists, forms, consent, files."""
