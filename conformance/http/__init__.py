"""Generated HTTP traffic; the only importer of schemathesis."""
