"""Partners of the node: those who asked, were approved, and whose programs speak to it under keys of their own."""
