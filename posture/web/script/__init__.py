"""The script that the server runs.

It lies in a folder of its own: Streamlit takes a folder ``pages`` beside its script for pages of
another kind, and opens an empty page at their addresses.
"""
