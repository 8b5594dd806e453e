"""A local double of Azure, and the engine's set-up. It shares no code with the product it tests."""
