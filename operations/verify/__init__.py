"""What is asked of a stack after `pulumi up`: its containers as clients find them, and its cluster."""
