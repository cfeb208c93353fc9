"""Long checks of what this program promises; ``python -m reliability`` lists them."""
