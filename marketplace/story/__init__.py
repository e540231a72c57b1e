"""June 2025 told on the public facts, by the same services, worker and gate as the API."""
