"""The per-mu evaluation (亩均论英雄): a policy and a year's figures in, every firm's score and grade out. Pure."""
