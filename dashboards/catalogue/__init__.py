"""What stands behind the page of the catalogue: variables, facets, lineage, carts and files; nothing of Panel."""
