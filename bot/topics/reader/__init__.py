"""Asking and reading: a question, a guide, its steps and views."""
