"""Jobs: a durable queue. Any process submits and looks; one worker carries out."""

from app.jobs.job import Job
from app.jobs.queue import Queue

__all__ = ["Job", "Queue"]
