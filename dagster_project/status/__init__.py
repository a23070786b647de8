"""`zorgmart status`: how a home does, for whoever watches from outside. Only reads, and takes no lock."""
