"""Stack files on disk: found, read as the engine reads them, parsed and planned."""
