"""Script that the server runs.

It has a folder of its own, because Streamlit would take a folder ``pages`` beside its script for
multipage scripts, and open empty pages at their addresses.
"""
