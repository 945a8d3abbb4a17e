"""Monthly facts in another engine than the cockpit's own database: read there, summed there, shown from the stored cube."""
