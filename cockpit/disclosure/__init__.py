"""Statistical disclosure control: a coarser cube, evaluation and ledgers in which no sum gives a single enterprise away."""
