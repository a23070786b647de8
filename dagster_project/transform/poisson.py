"""Quantiles of the Poisson distribution's mean, which DuckDB has no function for, as a plugin of dbt-duckdb."""

from dbt.adapters.duckdb.plugins import BasePlugin
from duckdb import DuckDBPyConnection


def gamma_quantile(shape: float, probability: float) -> float:
    """The value that a gamma distribution of that shape, with scale 1, stays below with that probability.

    The exact limits of a count with expectation `e` are those of shapes `e` and `e + 1`: half the chi-square quantiles
    of twice as many degrees of freedom (Garwood 1936, Fiducial limits for the Poisson distribution).
    """
    from scipy.special import gammaincinv

    return float(gammaincinv(shape, probability))


def register(connection: DuckDBPyConnection) -> None:
    connection.create_function("gamma_quantile", gamma_quantile, ["DOUBLE", "DOUBLE"], "DOUBLE")


class Plugin(BasePlugin):
    """What `profiles.yml` names."""

    def configure_connection(self, conn: DuckDBPyConnection) -> None:
        register(conn)
