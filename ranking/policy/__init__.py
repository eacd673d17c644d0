"""What a slate policy needs: variety, exploration, and estimates of a policy from another's log."""
