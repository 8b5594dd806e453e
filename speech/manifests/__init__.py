"""Pure builders of the documents that are deployed."""
