"""Clients and their visits: lists, forms, consent, files."""
