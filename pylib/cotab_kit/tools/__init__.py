"""The tools of a build or a test run on this machine: Node, wheels for the page, a browser, other programs."""
