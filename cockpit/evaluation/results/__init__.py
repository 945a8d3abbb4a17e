"""What an evaluation yields: records, lists, summaries, explanations."""
