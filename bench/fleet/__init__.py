"""Several stacks of the toolkit as one program: as many Azure resources as no single stack has."""
