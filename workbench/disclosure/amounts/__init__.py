"""Means and quantiles of amounts, times and days: shown only where no sum of shown ones tells of few people."""
