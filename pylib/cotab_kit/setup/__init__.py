"""What a build or a test run needs on the machine, fetched once: Node, the wheels for the browser, a browser."""
