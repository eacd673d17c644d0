"""Defence: fake people and fake feedback, found or bounded before anything is learned."""
