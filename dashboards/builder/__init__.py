"""What stands behind the study builder: one draft that is open, the fields of its sections, what may be chosen."""
