"""What the page of releases holds: what is asked of it, and the commands it has run beside the web process."""
