"""``eval ranker``: the studio's loop played with simulated people whose taste is known."""
