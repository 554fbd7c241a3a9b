"""What a build or a test run needs on the machine: Node, wheels for the page, a browser, other programs."""
