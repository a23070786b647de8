"""One file per arrow of the flow; they never import each other."""
