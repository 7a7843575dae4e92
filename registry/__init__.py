"""The service that remembers: who publishes, who consumes, what is deployed, may it ship."""
