"""Parts of the compare page: pictures, changes, time lines."""
