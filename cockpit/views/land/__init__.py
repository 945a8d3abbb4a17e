"""Views of the per-mu page (亩均效益): published evaluation and what-if."""
