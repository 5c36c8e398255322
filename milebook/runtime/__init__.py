"""The machine: files and folders, processes, temporary files, what a print engine needs."""
