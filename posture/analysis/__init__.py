"""Analysis of photos: the orchestrator, its result, and corrections by hand."""
