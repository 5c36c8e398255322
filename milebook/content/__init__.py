"""What a coach writes, YAML and Markdown: read, checked, told where it is wrong."""
