"""The phone page: the same screens in a browser, with a URL for each."""
