"""The marts room: the exit contract, which is what the YAML of every published table says, read once.

Belongs here: keys, words, who sees what, which figures are watched, what messages may name, formulas of computed
columns. Not here: writing tables and slices (`publish`), how a figure is computed (dbt).
"""
