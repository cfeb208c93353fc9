"""Where the photos of a batch are analysed: local processes, or Ray."""
