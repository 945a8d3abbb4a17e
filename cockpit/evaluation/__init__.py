"""The per-mu evaluation (亩均论英雄): from a policy and a year's values to every firm's score and grade. Pure."""
