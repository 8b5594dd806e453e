"""`speech report`: the plan of a stack as one HTML page, with pictures, that asks nobody for anything."""
