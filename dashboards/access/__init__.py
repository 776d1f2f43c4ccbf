"""Access administration: what its page shows, apart from how."""
