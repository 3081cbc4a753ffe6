"""What earlier runs found out about files, kept outside the checked tree: a run that changes nothing analyses nothing.

`docs/decisions/what-a-cached-result-depends-on.md` says why a kept outcome is never wrong.
"""
