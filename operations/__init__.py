"""What people and pipelines do around `pulumi up`: each command's work, without its words on the command line."""
