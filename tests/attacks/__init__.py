"""Attacks and damage: slow clients, requests that no page sends, a silent database, a changed cube."""
