"""Loading of photos: any source becomes an upright RGB image."""
