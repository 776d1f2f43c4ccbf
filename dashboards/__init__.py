"""The portal: pages over published releases, for every profile, in three languages, offline."""
