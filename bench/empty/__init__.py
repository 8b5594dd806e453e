"""A program that makes nothing: what the engine and the SDK cost by themselves."""
