"""Speed and memory of the whole line, beside what a user would write instead."""
