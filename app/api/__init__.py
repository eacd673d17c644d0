"""The HTTP API under ``/v1``: OpenAI's image endpoints, and what is ours beside them."""
