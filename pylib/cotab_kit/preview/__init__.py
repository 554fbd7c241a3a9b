"""The preview: a local page that stands for the Dynamics window, and the server behind it.

Used by the `preview` command and by every browser test. It imitates only what Microsoft documents; where
Dynamics' behaviour is not known, it offers the possible ones as switches.
"""
