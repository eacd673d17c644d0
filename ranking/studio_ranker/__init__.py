"""The generative ranker of the studio: learns from the home's own log and writes its slates."""
