"""Each migration, in the order of `down_revision`."""
