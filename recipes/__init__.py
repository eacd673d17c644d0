"""How each bundled model is made: one script a model, runnable again with one command."""
