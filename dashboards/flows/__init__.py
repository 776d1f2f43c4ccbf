"""What stands behind the page of a dataflow: steps, knowledge, the printed version; nothing of Panel."""
