"""A module that cannot be imported in the browser."""

import tkinter as tk

from main import Faulty

ROOT = tk.Tk


class OnTheDesktop(Faulty):
    """Never reached."""
