"""The pytest plugin: registered, and so far without effect.

It will hold sealed test rows, the ledger of what was fitted on which rows, and the fixtures for both. It stays
cheap to load: every pytest run in an environment that has leakguard installed imports this module, so nothing
here may import the linter, scikit-learn or any other package than pytest itself.
"""
