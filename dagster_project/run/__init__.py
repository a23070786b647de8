"""One run: what it is asked for, what it therefore makes, and everything that happens once per run."""
