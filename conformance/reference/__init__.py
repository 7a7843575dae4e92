"""Bundled ERP, procurement, WMS and analytics services with switchable faults."""
