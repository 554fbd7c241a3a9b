"""The seam to JavaScript: what cotab needs of the page, and what implements it over Pyodide's FFI."""
