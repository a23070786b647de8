"""How fast and how large a run is, beside one script by hand that computes the same finance tables: `make bench`.

Everything that is measured runs in a process of its own; this package stays small, because a process begins with the
memory of the one that starts it.
"""
