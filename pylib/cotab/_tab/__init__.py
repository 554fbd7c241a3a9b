"""The tab as a whole: application, runner, session and view."""
