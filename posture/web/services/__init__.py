"""What the pages do, apart from drawing."""
