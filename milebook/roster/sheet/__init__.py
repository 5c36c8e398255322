"""A spreadsheet as people have them: its tabs, headings, rows and cells."""
