"""The reward model: what a person would say of a picture, learned from logged slates."""
