"""What the browser loads: bundles of styles and scripts, and files served as they are."""
