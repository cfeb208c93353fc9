"""What a batch leaves behind: rows, statistics, gallery."""
