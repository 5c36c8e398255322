"""HTML -> PDF: the print engine, and everything that is done with its pages."""
