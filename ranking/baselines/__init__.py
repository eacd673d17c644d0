"""What a ranker has to beat, one file a model, each a learner of ``ranking.recommenders``."""
