"""Dagster's pages on this machine: who may ask them what, and the processes behind them.

Belongs here: the guard before Dagster's web server, and starting and ending that server and the daemon together.
"""
