"""Files that mean harm, and what reading them may cost."""
