"""How fast it is, measured beside pgbench on the same server in the same run: ``make bench``."""
