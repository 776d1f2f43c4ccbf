"""HTTP: log-in and log-out, the report as data, and the guards around Panel's own handlers."""
