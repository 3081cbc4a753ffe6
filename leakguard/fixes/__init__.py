"""Turns what rules propose into edits: a module for each kind of proposal, and what they share.

A proposal that cannot be carried out without doubt gives no fix.
"""
