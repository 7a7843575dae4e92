"""The task queue: conformance runs, outbox delivery, schedules."""
