"""Results of a batch: statistics, gallery, pictures, CSV."""
