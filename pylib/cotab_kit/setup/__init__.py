"""What a build or a test run needs on the machine, fetched once: Node, wheels for the page, a browser."""
