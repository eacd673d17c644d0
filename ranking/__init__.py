"""Ranking judges: checks what was made, orders what passed, measures how well it served."""
