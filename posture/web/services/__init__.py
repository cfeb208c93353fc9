"""Work behind the pages, without drawing."""
