"""Tests of the coarser cube, evaluation and ledgers."""
